package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.options.ServingOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `evaluate` from its options to its files, with the embedded model.
class EvaluateRunTest {
    private static final Path PROFILE = Path.of("edit-profiles/number-theory");
    private static final String SUITE =
            """
            name: %s
            subjects: [prealgebra]
            prompt: {style: chat, text: "{problem}"}
            max-tokens: 40
            stop: []
            extraction: boxed
            equivalence: normalised
            """;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"math-500", "chat-math"})
    void asksASuiteWhoseItemsAreInAFile(String suite) throws IOException {
        Path data = Files.writeString(folder.resolve("items.jsonl"), items(3));
        Path output = folder.resolve("report.json");
        Commands run =
                evaluate(
                        PROFILE.getParent(),
                        "--model=" + longer(),
                        "--suite=" + suite,
                        "--data=" + data,
                        "--candidate=base",
                        "--output=" + output);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith(suite + ": one greedy answer").contains("prealgebra");
        JsonNode report = new ObjectMapper().readTree(output.toFile());
        assertThat(report.get("suite").textValue()).isEqualTo(suite);
        assertThat(report.at("/subjects/0/n").intValue()).isEqualTo(3);
        assertThat(report.at("/items/2/expected").textValue()).isEqualTo("28");
        for (JsonNode item : report.get("items")) {
            assertThat(item.at("/baseline/tokens").intValue()).isPositive();
            assertThat(item.get("candidate")).isEqualTo(item.get("baseline"));
        }
    }

    /// The embedded model with a context that four worked examples fit in.
    private Path longer() throws IOException {
        Path model = Files.createDirectories(folder.resolve("longer"));
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/tiny/base"))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("(\"max_position_embeddings\"\\s*:\\s*)\\d+", "$12048"));
        return model;
    }

    /// Sums as the embedded model knows them.
    private static String items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "{\"problem\":\"What is %d+13?\",\"type\":\"Prealgebra\",\"solution\":\"It is \\\\boxed{%d}.\"}\n"
                                .formatted(11 + 2 * i, 24 + 2 * i))
                .collect(Collectors.joining());
    }

    @Test
    void samplesRepeatWithTheirSeed() throws IOException {
        JsonNode first = sampled(7);
        assertThat(sampled(7)).isEqualTo(first);
        assertThat(first.get("samples").intValue()).isEqualTo(3);
        assertThat(first.at("/sampled/candidate/passAt")).hasSize(3);
    }

    private JsonNode sampled(long seed) throws IOException {
        Path output = folder.resolve("sampled.json");
        Commands run =
                evaluate(
                        PROFILE.getParent(),
                        "--suite=" + suite("sums"),
                        "--data=" + Files.writeString(folder.resolve("items.jsonl"), items(2)),
                        "--candidate=number-theory",
                        "--samples=3",
                        "--temperature=2",
                        "--seed=" + seed,
                        "--output=" + output);
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(output.toFile());
        assertThat(report.get("seed").longValue()).isEqualTo(seed);
        return ((ObjectNode) report).without("seed");
    }

    /// The profile nine times over destroys what it edits.
    @Test
    void exitsByVerdictWhenAsked() throws IOException {
        Path ruined = Files.createDirectories(folder.resolve("profiles/number-theory"));
        try (Stream<Path> files = Files.list(PROFILE)) {
            for (Path file : files.filter(each -> !each.toString().endsWith(".sig")).toList()) {
                Files.copy(file, ruined.resolve(file.getFileName()));
            }
        }
        Path manifest = ruined.resolve("profile.yaml");
        Files.writeString(
                manifest, Files.readString(manifest).replaceFirst("scale: \\S+", "scale: 9.0"));
        Path output = folder.resolve("report.html");
        Path data = Files.writeString(folder.resolve("items.jsonl"), items(8));
        Commands run =
                evaluate(
                        ruined.getParent(),
                        "--suite=" + suite("sums"),
                        "--data=" + data,
                        "--also-suite=" + suite("further"),
                        "--also-data=" + data,
                        "--candidate=number-theory",
                        "--limit=7",
                        "--output=" + output,
                        "--exit-by-verdict");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.out()).contains("sums: one", "further: one", "degraded");
        assertThat(Files.readString(output)).startsWith("<!doctype html>").contains("degraded");
    }

    private Path suite(String name) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), SUITE.formatted(name));
    }

    private Commands evaluate(Path profiles, String... arguments) {
        String[] all =
                Stream.concat(Stream.of("--profiles=" + profiles), Stream.of(arguments))
                        .toArray(String[]::new);
        return Commands.run(new EvaluateCommand(this::open), all);
    }

    /// With an engine as small as the tests.
    private ServedModel open(
            String model,
            Path profiles,
            List<String> resident,
            ComputeType compute,
            EngineOptions engine) {
        return ServedModel.open(
                new ServingOptions(
                        model,
                        null,
                        ServingOptions.BASE,
                        resident,
                        profiles,
                        Path.of("target/test-cache"),
                        folder.resolve("state"),
                        Long.MAX_VALUE,
                        compute,
                        new EngineOptions(8, engine.maxLength(), 64, 64).deterministically()),
                new SimpleMeterRegistry(),
                stage -> {});
    }
}
