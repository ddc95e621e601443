package dev.stethos.cli.lab.sae;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.stethos.cli.Commands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The SAE commands on a few of the embedded model's validation items.
final class LabSaeCommandTest {
    private static final Path ITEMS = Path.of("src/main/resources/tiny/validation.jsonl");

    @TempDir private Path folder;
    private Path corpus = ITEMS;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = folder.resolve("corpus.jsonl");
        List<String> lines = Files.readAllLines(ITEMS);
        List<String> some = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 60) {
            some.add(lines.get(i));
        }
        Files.write(corpus, some);
    }

    private Commands sae(String command, String... more) {
        List<String> all = new ArrayList<>(List.of("lab", "sae", command, "--at=resid_post.2"));
        all.addAll(List.of(more));
        return Commands.stethos(all.toArray(String[]::new));
    }

    @Test
    void writesSyntheticOnesThatFire() {
        Path scope = folder.resolve("scope");
        Commands written =
                Commands.stethos(
                        "lab",
                        "sae",
                        "synthetic",
                        "--layers=2",
                        "--width=1024",
                        "--l0=40",
                        "--output=" + scope);
        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(written.out())
                .containsPattern("layer_2_width_1k_l0_medium, activations of size \\d\\.\\d{3}");
        Commands measured =
                sae(
                        "eval",
                        "--sae=" + scope.resolve("resid_post/layer_2_width_1k_l0_medium"),
                        "--corpus=" + corpus);
        assertThat(measured.exitCode()).as(measured.err()).isZero();
        assertThat(measured.out()).containsPattern("L0 [1-9]\\d\\.\\d\\d");
    }

    private Commands train(String name, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(
                List.of(
                        "--output=" + folder.resolve(name),
                        "--latents=64",
                        "--k=4",
                        "--steps=20",
                        "--batch=64"));
        return sae("train", all.toArray(String[]::new));
    }

    @Test
    void trainsTheSameFromActivationsAndMeasuresIt() {
        Path activations = folder.resolve("acts");
        Commands written =
                Commands.stethos(
                        "lab",
                        "activations",
                        "--corpus=" + corpus,
                        "--at=resid_post.2,mlp_out.1",
                        "--output=" + activations);
        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(written.out())
                .containsPattern("\\d+ tokens of 28 documents at 2 hookpoints in 1 shards");
        Commands first = train("first", "--corpus=" + corpus);
        Commands second = train("second", "--activations=" + activations);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(folder.resolve("first/sae_weights.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("second/sae_weights.safetensors"));
        Commands measured = sae("eval", "--sae=" + folder.resolve("first"), "--corpus=" + corpus);
        assertThat(measured.exitCode()).as(measured.err()).isZero();
        assertThat(measured.out())
                .containsPattern("FVU 0\\.\\d{4}\\s+L0 \\d+\\.\\d\\d\\s+dead latents \\d+ of 64")
                .containsPattern("loss \\d\\.\\d{4} nats, spliced in \\d+\\.\\d{4} \\(\\+\\d")
                .containsPattern("recovered \\d+\\.\\d\\d %");
    }

    @Test
    void trainsJointlyWithAMetaSaeOfTheDecoder() throws IOException {
        Commands run = train("joint", "--meta=paper", "--corpus=" + corpus);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("step 20: loss", "penalty");
        assertThat(folder.resolve("joint/cfg.json")).content().contains("blocks.2.hook_resid_post");
        assertThat(folder.resolve("joint/meta/sae_weights.safetensors")).isNotEmptyFile();
        assertThat(Files.size(folder.resolve("joint/meta/sae_weights.safetensors")))
                .isLessThan(Files.size(folder.resolve("joint/sae_weights.safetensors")));
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        Commands both = train("x", "--corpus=" + corpus, "--activations=" + folder);
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("allowed is one of --corpus and --activations");
        Commands preset = train("x", "--corpus=" + corpus, "--meta=mine");
        assertThat(preset.exitCode()).isEqualTo(2);
        assertThat(preset.err()).contains("--meta: 'mine', allowed are paper and repository");
    }

    /// The judge says 1 to everything, which is chance.
    @Test
    void explainsLatentsWithAJudge() throws IOException {
        Commands trained = train("sae", "--corpus=" + corpus);
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        HttpServer judge =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        judge.createContext(
                "/v1/chat/completions",
                exchange -> {
                    byte[] body =
                            "{\"choices\": [{\"message\": {\"content\": \"1\"}}]}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        judge.start();
        try {
            Commands run =
                    sae(
                            "explain",
                            "--sae=" + folder.resolve("sae"),
                            "--corpus=" + corpus,
                            "--judge=http://127.0.0.1:" + judge.getAddress().getPort() + "/v1",
                            "--judge-model=wise",
                            "--latents=3",
                            "--examples=3",
                            "--held-out=2",
                            "--output=" + folder.resolve("scores.json"));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out())
                    .containsPattern("(?m)^ +\\d+ +0\\.000 +0\\.500  1$")
                    .contains("mean detection 0.500", "Spearman's rank correlation");
            assertThat(folder.resolve("scores.json")).content().contains("\"detection\" : 0.5");
        } finally {
            judge.stop(0);
        }
    }

    @Test
    void refusesAKeyVariableThatIsNotSet() {
        Commands run =
                sae(
                        "explain",
                        "--sae=x",
                        "--corpus=" + corpus,
                        "--judge=http://127.0.0.1:1/v1",
                        "--judge-model=wise",
                        "--judge-key-env=STETHOS_NO_SUCH_KEY");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(
                        "--judge-key-env: 'STETHOS_NO_SUCH_KEY' was given, allowed is a variable");
    }
}
