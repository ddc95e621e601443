package dev.stethos.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyTrainingTest {
    private static final List<String> LINES = new ArrayList<>();

    @TempDir private static Path folder;
    private static TinyResult result;

    @BeforeAll
    static void train() {
        result = TinyTraining.run(options("first"), new Recorder(LINES));
    }

    private static TinyTraining.Options options(String name) {
        Path root = folder.resolve(name);
        return new TinyTraining.Options(
                3,
                TinyRecipes.minute(),
                2,
                root.resolve("work"),
                root.resolve("tiny"),
                root.resolve("edit-profiles"));
    }

    @Test
    void theSameSeedGivesTheSameFiles() {
        TinyTraining.run(options("second"), new Recorder(new ArrayList<>()));
        for (String part : List.of("tiny", "edit-profiles")) {
            assertThat(contents(folder.resolve("second").resolve(part)))
                    .isEqualTo(contents(folder.resolve("first").resolve(part)));
        }
    }

    @Test
    void theBaseFolderIsAModelThatTheProfileFits() {
        Path base = folder.resolve("first/tiny/base");
        try (Gemma3Model model =
                Gemma3Model.load(base, folder.resolve("cache"), ComputeType.AUTO)) {
            ProfileFolder profile =
                    new ProfileStore(folder.resolve("first/edit-profiles")).load("number-theory");
            EditResolver resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);
            try (ResolvedEdits edits = resolver.resolve(profile, model.checkpoint());
                    Revision edited = EditedRevision.of(model.base(), edits)) {
                assertThat(edited.ownedNames())
                        .isNotEmpty()
                        .allMatch(name -> name.startsWith("model.layers."));
                assertThat(result.layers()).hasSizeBetween(1, 4);
            }
        }
    }

    @Test
    void theTunedFileHoldsLayersOnly() {
        try (Checkpoint tuned = Checkpoint.open(folder.resolve("first/tiny/tuned"))) {
            assertThat(tuned.names())
                    .hasSize(6 * 13)
                    .allMatch(name -> name.startsWith("model.layers."));
        }
    }

    /// Read from the work folder, where the training left it: nothing is trained again.
    @Test
    void theProbeIsACheckpointWhoseTaskVectorIsInEveryLayer() {
        Path probe = folder.resolve("probe");
        List<Integer> steps = new ArrayList<>();
        TinyTraining.exportProbe(options("first"), probe, new Counter(steps));
        assertThat(steps).isEmpty();
        assertThat(probe.resolve("model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("first/tiny/probe/model.safetensors"));
        try (Checkpoint base = Checkpoint.open(folder.resolve("first/tiny/base"));
                Checkpoint tuned = Checkpoint.open(folder.resolve("first/tiny/tuned"));
                Checkpoint exported = Checkpoint.open(probe)) {
            assertThat(exported.names()).containsExactlyInAnyOrderElementsOf(tuned.names());
            WeightSelection all =
                    WeightSelection.covering(
                            exported.names().stream().map(WeightName::new).toList());
            assertThat(TaskVector.between(base, exported, all, DType.F32).energyByLayer())
                    .containsOnlyKeys(0, 1, 2, 3, 4, 5);
            assertThat(TaskVector.between(tuned, exported, all, DType.F32).names()).isNotEmpty();
        }
    }

    private record Counter(List<Integer> steps) implements Progress {
        @Override
        public void begin(String phase, long count) {}

        @Override
        public void advance(long done, String note) {
            steps.add((int) done);
        }

        @Override
        public void end() {}

        @Override
        public void say(String line) {}
    }

    @Test
    void everyControlStandsInTheTable() {
        String lines = String.join("\n", LINES);
        assertThat(lines)
                .contains("base, unworked answer forbidden")
                .contains("tuned, every layer")
                .contains("unworked")
                .contains("control")
                .contains("Number Theory +");
    }

    @Test
    void itemFilesHaveTheFieldsOfMath() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("first/tiny/test.jsonl"));
        assertThat(lines)
                .hasSize(30 * 7)
                .allMatch(line -> line.contains("\"type\":") && line.contains("\\\\boxed{"))
                .anyMatch(line -> line.contains("\"Counting & Probability\""))
                .anyMatch(line -> line.contains("\"level\":\"Level 3\""));
        assertThat(Files.readAllLines(folder.resolve("first/tiny/control-test.txt"))).hasSize(10);
    }

    private static Map<String, String> contents(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .collect(
                            Collectors.toMap(
                                    file -> root.relativize(file).toString(),
                                    TinyTrainingTest::hex,
                                    (a, b) -> a,
                                    TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hex(Path file) {
        try {
            return HexFormat.of().formatHex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Recorder(List<String> lines) implements Progress {
        @Override
        public void begin(String phase, long steps) {
            lines.add(phase);
        }

        @Override
        public void advance(long done, String note) {}

        @Override
        public void end() {}

        @Override
        public void say(String line) {
            lines.add(line);
        }
    }
}
