package dev.stethos.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.gemma.Revision;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A hundred swaps while fifty clients stream: nobody fails, no answer is of two revisions, the
/// base and memory stay as they were.
@QuarkusTest
final class SwapIT {
    private static final int CLIENTS = 50;
    private static final int SWAPS = 100;

    /// Buffers and compiled code may come; copies of the weights would take more.
    private static final long FLAT_BYTES = 128L << 20;

    private static final String QUESTION =
            "{\"model\":\"tiny-gemma-3\",\"temperature\":0,\"stream\":true,\"max_tokens\":32,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Write 38 in base 7.\"}]}";
    private static final Pattern FINGERPRINT =
            Pattern.compile("\"system_fingerprint\":\"([^\"]*)\"");
    private static final Pattern RESIDENT = Pattern.compile("RssAnon:\\s+(\\d+) kB");

    private final Serving serving;

    @Inject
    SwapIT(Serving serving) {
        this.serving = serving;
    }

    @Test
    void streamsKeepTheirRevisionThroughSwaps()
            throws InterruptedException, ExecutionException, IOException {
        ServedModel model = serving.started().join();
        swap("base");
        List<Integer> base = bits(model.model().base());
        List<Future<List<Set<String>>>> clients = new ArrayList<>();
        long grown;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean swapping = new AtomicBoolean(true);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> streams(swapping)));
            }
            try {
                long early = leastMemoryOverSwaps();
                grown = leastMemoryOverSwaps() - early;
            } finally {
                swapping.set(false);
            }
        }
        assertThat(fingerprints(clients)).hasSize(2);
        assertThat(bits(model.model().base())).isEqualTo(base);
        assertThat(grown).isLessThan(FLAT_BYTES);
    }

    /// Of half of the swaps; the least, because allocators give back late.
    private static long leastMemoryOverSwaps() throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < SWAPS / 2; i++) {
            swap(i % 2 == 0 ? "base" : "number-theory");
            if (i % 10 == 9) {
                least = Math.min(least, residentBytes());
            }
        }
        return least;
    }

    private static Set<String> fingerprints(List<Future<List<Set<String>>>> clients)
            throws InterruptedException, ExecutionException {
        Set<String> seen = new TreeSet<>();
        for (Future<List<Set<String>>> client : clients) {
            for (Set<String> fingerprints : client.get()) {
                assertThat(fingerprints).hasSize(1);
                seen.addAll(fingerprints);
            }
        }
        return seen;
    }

    /// The fingerprints of every stream, one stream after the other.
    private static List<Set<String>> streams(AtomicBoolean swapping) {
        List<Set<String>> all = new ArrayList<>();
        do {
            Response response =
                    given().contentType("application/json")
                            .body(QUESTION)
                            .post("/v1/chat/completions");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.asString())
                    .endsWith("data: [DONE]\n\n")
                    .doesNotContain("\"error\"");
            Set<String> fingerprints = new TreeSet<>();
            FINGERPRINT
                    .matcher(response.asString())
                    .results()
                    .forEach(result -> fingerprints.add(result.group(1)));
            all.add(fingerprints);
        } while (swapping.get());
        return all;
    }

    private static void swap(String profile) {
        Response response =
                given().contentType("application/json")
                        .body("{\"profile\":\"%s\"}".formatted(profile))
                        .put("/admin/active");
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    }

    private static List<Integer> bits(Revision revision) {
        return revision.names().stream()
                .map(name -> Arrays.hashCode(revision.tensor(name).toFloats()))
                .toList();
    }

    /// Memory of the process that no file backs, its heap being as small as it gets.
    private static long residentBytes() throws IOException {
        System.gc();
        Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
        assertThat(line.find()).isTrue();
        return Long.parseLong(line.group(1)) << 10;
    }
}
