package dev.stethos.lab.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.TinyModel;
import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tiny model has three layers, and a sliding window that is shorter than the documents.
class ActivationCollectorTest {
    private static final Offset<Float> CLOSE = Offset.offset(1e-4f);
    private static final List<Document> DOCUMENTS =
            List.of(document("a", 21), document("b", 5), document("c", 1), document("d", 13));
    private static final Hookpoint LAST = Hookpoint.residual(2);

    @TempDir private Path folder;
    private Gemma3Model model;
    private ActivationCollector collector;

    @BeforeEach
    void open() {
        model = TinyModel.load(folder);
        collector = new ActivationCollector(model);
    }

    @AfterEach
    void close() {
        collector.close();
        model.close();
    }

    private static Document document(String id, int length) {
        int[] tokens = IntStream.range(0, length).map(i -> 20 + (i * 37 + length) % 300).toArray();
        return new Document(id, tokens, IntStream.range(Math.min(1, length - 1), length).toArray());
    }

    @Test
    void lossesAreThoseOfTheServingDecoder() {
        assertLosses(model.base());
    }

    @Test
    void revisionsGiveTheirOwnLosses() {
        try (Revision edited = TinyModel.edited(model)) {
            assertLosses(edited);
            model.forget(edited);
        }
    }

    private void assertLosses(Revision revision) {
        List<float[]> losses = collector.losses(revision, DOCUMENTS);
        assertThat(losses).hasSameSizeAs(DOCUMENTS);
        for (int i = 0; i < DOCUMENTS.size(); i++) {
            Document document = DOCUMENTS.get(i);
            int[] scored = document.scored();
            assertThat(losses.get(i)).hasSize(scored.length);
            float[] logits = logits(revision, document);
            for (int k = 0; k < scored.length; k++) {
                int next = document.tokens()[scored[k] + 1];
                assertThat(losses.get(i)[k])
                        .isCloseTo((float) -logProbability(logits, scored[k], next), CLOSE);
            }
        }
    }

    private float[] logits(Revision revision, Document document) {
        int length = document.tokens().length;
        try (KvCache cache = model.newCache(1, length);
                Tensor logits =
                        model.step(
                                cache,
                                List.of(new Row(revision, 0, 0, document.tokens(), length)))) {
            return logits.toFloats();
        }
    }

    private double logProbability(float[] logits, int row, int token) {
        int vocabulary = model.config().vocabSize();
        double sum = 0;
        for (int i = 0; i < vocabulary; i++) {
            sum += Math.exp(logits[row * vocabulary + i]);
        }
        return logits[row * vocabulary + token] - Math.log(sum);
    }

    @Test
    void finalNormAndHeadMakeTheServingDecodersLogitsOfTheLastResidual() {
        Document document = DOCUMENTS.getFirst();
        Activations last =
                collector
                        .collect(model.base(), List.of(document), Set.of(LAST))
                        .findFirst()
                        .orElseThrow()
                        .at(LAST);
        float[] logits = logits(model.base(), document);
        float[] norm = model.base().tensor("model.norm.weight").toFloats();
        float[] head = model.base().tensor("model.embed_tokens.weight").toFloats();
        int hidden = last.width();
        for (int row = 0; row < last.rows(); row++) {
            double square = 0;
            for (int j = 0; j < hidden; j++) {
                square += (double) last.at(row, j) * last.at(row, j) / hidden;
            }
            double root = Math.sqrt(square + model.config().rmsNormEpsilon());
            for (int token = 0; token < model.config().vocabSize(); token += 7) {
                double logit = 0;
                for (int j = 0; j < hidden; j++) {
                    logit += last.at(row, j) / root * (1 + norm[j]) * head[token * hidden + j];
                }
                int at = document.kept()[row] * model.config().vocabSize() + token;
                assertThat(logits[at]).isCloseTo((float) logit, CLOSE);
            }
        }
    }

    @Test
    void onePassGivesEveryHookpointItsOwnWidth() {
        Set<Hookpoint> all = new TreeSet<>();
        for (int layer = 0; layer < 3; layer++) {
            for (Site site : Site.values()) {
                all.add(new Hookpoint(layer, site));
            }
        }
        List<DocumentActivations> together =
                collector.collect(model.base(), DOCUMENTS, all).toList();
        assertThat(together).extracting(DocumentActivations::document).isEqualTo(DOCUMENTS);
        for (Hookpoint one : all) {
            List<DocumentActivations> alone =
                    collector.collect(model.base(), DOCUMENTS, Set.of(one)).toList();
            for (int i = 0; i < DOCUMENTS.size(); i++) {
                assertThat(together.get(i).at(one).width()).isEqualTo(one.site().width(model.config()));
                assertThat(together.get(i).at(one).values())
                        .isEqualTo(alone.get(i).at(one).values());
            }
        }
    }

    @Test
    void residualIsTheSumOfWhatSublayersAdd() {
        Hookpoint mlp = new Hookpoint(1, Site.MLP_OUT);
        Set<Hookpoint> wanted = Set.of(mlp, Hookpoint.residual(0), Hookpoint.residual(1));
        Document document = DOCUMENTS.getFirst();
        DocumentActivations found =
                collector
                        .collect(model.base(), List.of(document), wanted)
                        .findFirst()
                        .orElseThrow();
        // Without the MLP's share, layer 1 leaves what its attention added.
        List<float[]> full = collector.losses(model.base(), List.of(document));
        List<float[]> without =
                collector.losses(model.base(), List.of(document), mlp, ActivationCollectorTest::zero);
        assertThat(without.getFirst()).isNotEqualTo(full.getFirst());
        List<float[]> residualWithout =
                collector.losses(
                        model.base(),
                        List.of(document),
                        Hookpoint.residual(1),
                        given -> minus(given, found.at(mlp)));
        for (int i = 0; i < without.getFirst().length; i++) {
            assertThat(residualWithout.getFirst()[i]).isCloseTo(without.getFirst()[i], CLOSE);
        }
    }

    private static Activations zero(Activations given) {
        return new Activations(given.width(), new float[given.values().length]);
    }

    private static Activations minus(Activations a, Activations b) {
        float[] values = a.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] -= b.values()[i];
        }
        return new Activations(a.width(), values);
    }

    @Test
    void batchedDocumentsGiveWhatEachGivesAlone() {
        try (ActivationCollector single = new ActivationCollector(model, 1)) {
            List<DocumentActivations> together =
                    collector.collect(model.base(), DOCUMENTS, Set.of(LAST)).toList();
            List<DocumentActivations> alone =
                    single.collect(model.base(), DOCUMENTS, Set.of(LAST)).toList();
            for (int i = 0; i < DOCUMENTS.size(); i++) {
                assertThat(together.get(i).at(LAST).values())
                        .containsExactly(alone.get(i).at(LAST).values(), CLOSE);
            }
        }
    }

    @Test
    void replacingWithTheSameChangesNothing() {
        List<float[]> losses = collector.losses(model.base(), DOCUMENTS);
        for (Site site : Site.values()) {
            List<float[]> spliced =
                    collector.losses(
                            model.base(), DOCUMENTS, new Hookpoint(1, site), given -> given);
            for (int i = 0; i < losses.size(); i++) {
                assertThat(spliced.get(i)).containsExactly(losses.get(i), Offset.offset(1e-6f));
            }
        }
    }

    @Test
    void zeroResidualPredictsEveryTokenAlike() {
        Document document = DOCUMENTS.getFirst();
        Document late = new Document("late", document.tokens(), new int[] {9, 10, 11, 12});
        List<float[]> changed =
                collector.losses(
                        model.base(), List.of(late), LAST, ActivationCollectorTest::zero);
        float[] uniform = new float[4];
        Arrays.fill(uniform, (float) Math.log(model.config().vocabSize()));
        assertThat(changed.getFirst()).containsExactly(uniform, CLOSE);
    }

    @Test
    void leavesNoTensorOpen() {
        collector.losses(model.base(), DOCUMENTS, LAST, given -> given);
        long before = Tensor.liveCount();
        collector.losses(model.base(), DOCUMENTS, LAST, given -> given);
        assertThat(collector.collect(model.base(), DOCUMENTS, Set.of(LAST))).hasSize(4);
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void refusesWhatTheModelHasNot() {
        assertThatThrownBy(
                        () ->
                                collector.collect(
                                        model.base(),
                                        DOCUMENTS,
                                        Set.of(Hookpoint.parse("mlp_out.3"))))
                .hasMessageContaining("mlp_out.3")
                .hasMessageContaining("layers 0 to 2");
        Document wrong = new Document("w", new int[] {TinyModel.VOCABULARY}, new int[0]);
        assertThatThrownBy(() -> collector.losses(model.base(), List.of(wrong)))
                .hasMessage("document w: token 400, allowed 0 to 399");
    }
}
