package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Corpus;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.synthetic.SyntheticScope;
import dev.stethos.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On the embedded model, with random SAEs of four of its layers in Gemma Scope's folders.
class LayerDiagnosisTest {
    private static final Path TINY = Path.of("src/main/resources/tiny");
    private static final List<Specificity> SCORES =
            List.of(
                    new Specificity.ProfileContrast(1),
                    new Specificity.GatedMass(0.01),
                    new Specificity.Separation(5),
                    new Specificity.MaxMin());

    @TempDir private Path folder;

    private static Gemma3Model model(Path cache) {
        return Gemma3Model.load(TINY.resolve("base"), cache, ComputeType.AUTO);
    }

    private static List<Document> documents(Gemma3Model model, Path folder) throws IOException {
        List<String> math = Files.readAllLines(TINY.resolve("validation.jsonl"));
        Path corpus = folder.resolve("corpus.jsonl");
        Files.write(corpus, List.of(math.get(0), math.get(300), math.get(600), math.get(900)));
        Path control = folder.resolve("control.txt");
        Files.write(
                control, Files.readAllLines(TINY.resolve("control-validation.txt")).subList(0, 4));
        Corpus reader = new Corpus(model, 96);
        List<Document> documents = new ArrayList<>(reader.documents(corpus));
        documents.addAll(reader.documents(control));
        return documents;
    }

    /// Every score, D included, of layers that go through the model `together` at a time.
    private Map<String, ScoreByLayer> scores(int together) throws IOException {
        try (Gemma3Model model = model(folder.resolve("cache"));
                Checkpoint tuned = Checkpoint.open(TINY.resolve("probe"));
                ActivationCollector collector = new ActivationCollector(model, 128)) {
            SyntheticScope scope =
                    new SyntheticScope("tiny", model.config().hiddenSize(), 256, 12, 1);
            for (int layer : new int[] {0, 3, 4, 11}) {
                Path _ = scope.write(folder, layer, 2.2);
            }
            SortedMap<Integer, SaeEncoder> encoders = SaeEncoder.all(folder.resolve("resid_post"));
            List<Document> documents = documents(model, folder);
            Labels labels = new Labels(new int[] {0, 0, 1, 1, -1, -1, -1, -1}, 2);
            LayerDiagnosis diagnosis =
                    new LayerDiagnosis(
                            collector,
                            documents,
                            labels,
                            new LayerDiagnosis.Settings(
                                    SCORES,
                                    new PermutationTest(5, 1),
                                    new SplitHalf(2, 1),
                                    together),
                            folder.resolve("scratch"));
            TaskRevisions revisions = new TaskRevisions(model, tuned, folder.resolve("profiles"));
            Map<String, ScoreByLayer> scores =
                    new TreeMap<>(diagnosis.scores(model.base(), encoders, (_, _) -> {}, _ -> {}));
            scores.put(
                    "D",
                    diagnosis.change(
                            model.base(),
                            layer -> revisions.of(List.of(layer)),
                            encoders,
                            3,
                            _ -> {}));
            return scores;
        }
    }

    @Test
    void groupsOfOneLayerGiveTheBitsOfAllAtOnce() throws IOException {
        Map<String, ScoreByLayer> together = scores(12);
        assertThat(together.keySet()).containsExactly("A", "B", "C", "C'", "D");
        assertThat(together)
                .allSatisfy((_, score) -> assertThat(score.layers()).hasSize(4))
                .hasEntrySatisfying("D", score -> assertThat(score.values(false)).doesNotContain(0))
                .hasEntrySatisfying(
                        "A", score -> assertThat(score.values(false)).doesNotHaveDuplicates());
        assertThat(scores(1)).isEqualTo(together);
        assertThat(scores(3)).isEqualTo(together);
    }
}
