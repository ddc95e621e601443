package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.gemma.WideModel;
import dev.stethos.weights.Checkpoint;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose address space is bounded while it runs, and one that crashes: a swap, or a step,
/// that needs more memory than there is fails alone.
final class LimitedMemoryIT {
    /// Enough for a short answer, less than an edit of one matrix or a long prompt takes.
    private static final long LEFT = 400L << 20;

    /// Tokens of a prompt whose step takes more.
    private static final int LONG = 150;

    /// Of one edited matrix.
    private static final long MATRIX = 4L * WideModel.HIDDEN * WideModel.INNER;

    private static final String CRASH = "crash.log";
    private static final Pattern VIRTUAL = Pattern.compile("VmSize:\\s+(\\d+) kB");
    private static final String PROMPT =
            "{\"model\":\"wide\",\"temperature\":0,\"max_tokens\":%d,"
                    + "\"ignore_eos\":true,\"logprobs\":3,\"prompt\":[%s]}";

    @TempDir private static Path shared;
    private static Path model;
    private static Path store;

    @TempDir private Path dir;

    @BeforeAll
    static void writeAModelAndItsProfiles() throws IOException {
        model = WideModel.write(shared.resolve("wide"));
        store = shared.resolve("profiles");
        float[] a = new float[WideModel.HIDDEN];
        Arrays.fill(a, 0.1f);
        float[] b = new float[WideModel.INNER];
        Arrays.fill(b, 0, WideModel.USED, 1);
        float[] norm = new float[WideModel.HIDDEN];
        Arrays.fill(norm, 0.01f);
        try (Checkpoint base = Checkpoint.open(model)) {
            ProfileFolder _ =
                    Profiles.of(store, "large", base, Profiles.lowRank(WideModel.EDITED, a, b, 1));
            ProfileFolder _ =
                    Profiles.of(
                            store,
                            "small",
                            base,
                            Profiles.dense(
                                    "model.norm.weight", List.of((long) norm.length), norm));
        }
    }

    @Test
    void whatHasNoMemoryFailsAloneAndAChangeThatACrashCutShortIsToldOf() throws Exception {
        try (ServerProcess server = serve("base")) {
            ServerProcess.Ready ready = server.awaitReady();
            assertThat(swap(ready, "small").statusCode()).isEqualTo(200);
            String small = answer(ready);
            server.limit("as", Long.toString(virtual(server) + LEFT));

            assertSwapsFailWithoutLeaks(server, ready);
            assertThat(answer(ready)).isEqualTo(small);
            assertLongPromptFails(ready);
            assertThat(answer(ready)).isEqualTo(small);
            readiness(ready).then().statusCode(200);

            server.limit("as", "unlimited");
            assertThat(swap(ready, "large").statusCode()).isEqualTo(200);
            assertThat(answer(ready)).isNotEqualTo(small);
            assertThat(swap(ready, "small").statusCode()).isEqualTo(200);
            given().baseUri(ready.api())
                    .post("/admin/profiles/large/unload")
                    .then()
                    .statusCode(200);
            crashInASwap(server, ready);
        }
        try (ServerProcess server = serve(null)) {
            ServerProcess.Ready ready = server.awaitReady();
            assertThat(ready.profile()).isEqualTo("small");
            given().baseUri(ready.api())
                    .get("/admin/history")
                    .then()
                    .body("changes[0].outcome", equalTo("interrupted"))
                    .body("changes[0].to.profile", equalTo("large"))
                    .body("changes[0].reason", containsString("the process ended"))
                    .body("changes[1].outcome", equalTo("active"));
        }
    }

    private static void assertSwapsFailWithoutLeaks(ServerProcess server, ServerProcess.Ready ready)
            throws IOException {
        assertSwapFails(ready);
        long before = virtual(server);
        for (int i = 0; i < 2; i++) {
            assertSwapFails(ready);
        }
        assertThat(virtual(server) - before).isLessThan(MATRIX);
    }

    private void crashInASwap(ServerProcess server, ServerProcess.Ready ready) throws Exception {
        Path history = dir.resolve("changes-wide.jsonl");
        Thread swap = Thread.ofVirtual().start(() -> swapUntilCut(ready));
        for (int i = 0; i < 10_000 && !begins(history); i++) {
            Thread.sleep(1);
        }
        Process _ =
                new ProcessBuilder("kill", "-SEGV", Long.toString(server.pid()))
                        .inheritIO()
                        .start();
        assertThat(server.awaitExit()).isNotZero();
        swap.join();
        assertThat(begins(history)).isTrue();
        assertThat(dir.resolve(CRASH)).content().contains("SIGSEGV");
    }

    private ServerProcess serve(@Nullable String profile)
            throws IOException {
        List<String> options =
                List.of(
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + dir.resolve(CRASH),
                        "-XX:-CreateCoredumpOnCrash",
                        "-Dstethos.kv-memory=64M",
                        "-Dstethos.prefix-memory=0");
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "serve",
                                "--port",
                                "0",
                                "--management-port",
                                "0",
                                "--model",
                                model.toString(),
                                "--profiles",
                                store.toString()));
        if (profile != null) {
            arguments.addAll(List.of("--profile", profile));
        }
        return ServerProcess.start(dir, options, arguments.toArray(String[]::new));
    }

    private static void assertSwapFails(ServerProcess.Ready ready) {
        swap(ready, "large")
                .then()
                .statusCode(507)
                .body("error.code", equalTo("out_of_memory"))
                .body("error.message", containsString("profile large"));
        given().baseUri(ready.api())
                .get("/admin/profiles")
                .then()
                .body("profiles.find { it.profile == 'small' }.state", equalTo("active"))
                .body("profiles.find { it.profile == 'large' }.state", equalTo("stored"));
        given().baseUri(ready.api())
                .get("/admin/history")
                .then()
                .body("changes[0].outcome", equalTo("failed"))
                .body("changes[0].to.profile", equalTo("large"));
    }

    private static void assertLongPromptFails(ServerProcess.Ready ready) {
        prompt(ready, LONG).then().statusCode(503).body("error.code", equalTo("out_of_memory"));
        readiness(ready)
                .then()
                .statusCode(503)
                .body(
                        "checks.find { it.name == 'model ready' }.data.reason",
                        containsString("no memory"));
        given().baseUri(ready.management()).get("/q/health/live").then().statusCode(200);
    }

    private static Response readiness(ServerProcess.Ready ready) {
        return given().baseUri(ready.management()).get("/q/health/ready");
    }

    private static Response swap(ServerProcess.Ready ready, String profile) {
        return given().baseUri(ready.api())
                .contentType("application/json")
                .body("{\"profile\":\"%s\"}".formatted(profile))
                .put("/admin/active");
    }

    private static void swapUntilCut(ServerProcess.Ready ready) {
        try {
            Response _ = swap(ready, "large");
        } catch (Exception e) {
            // The server is gone, as it should be.
            return;
        }
    }

    private static String answer(ServerProcess.Ready ready) {
        Response response = prompt(ready, 4);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return response.<Object>path("choices").toString();
    }

    private static Response prompt(ServerProcess.Ready ready, int tokens) {
        String ids = "5" + ",6".repeat(tokens - 1);
        return given().baseUri(ready.api())
                .contentType("application/json")
                .body(PROMPT.formatted(4, ids))
                .post("/v1/completions");
    }

    /// Whether the last line of the history tells of a change that goes on.
    private static boolean begins(Path history) throws IOException {
        List<String> lines = Files.readAllLines(history);
        return lines.getLast().contains("\"outcome\":\"begun\"");
    }

    private static long virtual(ServerProcess server) throws IOException {
        Matcher line =
                VIRTUAL.matcher(Files.readString(Path.of("/proc/" + server.pid() + "/status")));
        assertThat(line.find()).isTrue();
        return Long.parseLong(line.group(1)) << 10;
    }
}
