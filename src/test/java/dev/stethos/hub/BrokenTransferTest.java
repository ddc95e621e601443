package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.hub.FakeHub.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenTransferTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final Fault BUSY = new Fault.Answer(503, Map.of(), "");

    private final byte[] content = new byte[5_000];
    private final FakeHub hub = new FakeHub();
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @TempDir Path cache;

    BrokenTransferTest() {
        new Random(3).nextBytes(content);
        hub.with("config.json", "{}").with("tokenizer.json", "{}").with(WEIGHTS, content);
    }

    private Path download(HubSettings settings) {
        return new ModelHub(settings, cache, said::add).folder(ModelReference.parse(FakeHub.MODEL));
    }

    private void downloadWhole() {
        Path folder = download(hub.settings());
        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(content);
        assertThat(folder.resolve("config.json")).hasContent("{}");
    }

    private Path partial() {
        return cache.resolve("hub/google--gemma-3-4b-it/" + FakeHub.COMMIT + ".partial");
    }

    /// A connection that ends when the first bytes are on the client's disk.
    private Fault cut(int bytes) {
        return new Fault.Cut(
                bytes,
                () -> {
                    try {
                        return Files.size(partial().resolve(WEIGHTS + ".part")) >= bytes;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /// What a process leaves that ends when 700 bytes have come.
    private void leave700Bytes() {
        hub.failing("storage:" + WEIGHTS, cut(700), BUSY, BUSY, BUSY);
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining(WEIGHTS)
                .hasMessageContaining("answers 503; given up after 4 attempts");
        assertThat(partial().resolve(WEIGHTS + ".part")).hasSize(700);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void asksOnlyForTheRestOfABrokenTransfer() {
        hub.failing("storage:" + WEIGHTS, cut(700), cut(1200));

        downloadWhole();
        assertThat(hub.ranges(WEIGHTS)).containsExactly(null, "bytes=700-4999", "bytes=1900-4999");
        assertThat(said).anyMatch(line -> line.contains("broke; trying again in"));
    }

    @Test
    void goesOnAsLongAsSomethingComes() {
        for (int i = 0; i < 10; i++) {
            hub.failing("storage:" + WEIGHTS, new Fault.Cut(100, arrived((i + 1) * 100)));
        }
        downloadWhole();
        assertThat(hub.ranges(WEIGHTS)).hasSize(11).endsWith("bytes=1000-4999");
    }

    private java.util.function.BooleanSupplier arrived(int bytes) {
        return ((Fault.Cut) cut(bytes)).arrived();
    }

    @Test
    void goesOnWhereAnEarlierProcessEnded() {
        leave700Bytes();
        int before = hub.ranges(WEIGHTS).size();

        downloadWhole();
        assertThat(hub.ranges(WEIGHTS).subList(before, before + 1))
                .containsExactly("bytes=700-4999");
        assertThat(hub.ranges(WEIGHTS)).hasSize(before + 1);
        assertThat(hub.requests())
                .filteredOn(request -> request.path().endsWith("config.json"))
                .as("a file that is whole is not asked for again")
                .hasSize(1);
    }

    @Test
    void fetchesAgainWhatAnEarlierProcessLeftDamaged() throws IOException {
        leave700Bytes();
        Path part = partial().resolve(WEIGHTS + ".part");
        byte[] bytes = Files.readAllBytes(part);
        bytes[350] ^= 1;
        Files.write(part, bytes);
        int before = hub.ranges(WEIGHTS).size();

        downloadWhole();
        assertThat(hub.ranges(WEIGHTS).subList(before, before + 2))
                .containsExactly("bytes=700-4999", null);
        assertThat(said).anyMatch(line -> line.contains("damaged, it is fetched again"));
    }

    @Test
    void startsAnewWhenTheLeftoversDoNotFitEachOther() throws IOException {
        Path journal = partial().resolve(WEIGHTS + ".journal");
        Path part = partial().resolve(WEIGHTS + ".part");
        leave700Bytes();
        byte[] kept = Files.readAllBytes(journal);
        byte[] more = kept.clone();
        more[more.length - 2] = 3;
        byte[] negative = kept.clone();
        negative[negative.length - 8] = (byte) 0x80;
        byte[] otherSize = kept.clone();
        otherSize[7]++;
        for (byte[] damaged : List.of(new byte[0], new byte[3], more, negative, otherSize)) {
            Files.write(journal, damaged);
            Files.write(part, new byte[700]);
            int before = hub.ranges(WEIGHTS).size();
            hub.failing("storage:" + WEIGHTS, BUSY, BUSY, BUSY, BUSY);
            assertThatThrownBy(() -> download(hub.settings()))
                    .isInstanceOf(HubTransferException.class);
            assertThat(hub.ranges(WEIGHTS).get(before)).isNull();
        }
        Files.delete(part);
        downloadWhole();
    }

    @Test
    void refusesContentWithAnotherSha256AndKeepsNothingOfIt() {
        hub.failing("storage:" + WEIGHTS, new Fault.Garbled());
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("model.safetensors: the content that came has SHA256 ")
                .hasMessageContaining("the hub says ");
        assertThat(partial().resolveSibling(FakeHub.COMMIT)).doesNotExist();
        assertThat(partial().resolve(WEIGHTS)).doesNotExist();

        downloadWhole();
        assertThat(hub.ranges(WEIGHTS)).containsExactly(null, null);
    }

    @Test
    void refusesASmallFileWithAnotherHash() {
        hub.failing(
                "/google/gemma-3-4b-it/resolve/" + FakeHub.COMMIT + "/config.json",
                new Fault.Garbled());
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("config.json: the content that came has GIT_BLOB ");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void triesAgainWhatMayPass(int status) {
        Fault fault = new Fault.Answer(status, Map.of("Retry-After", "1000"), "later");
        hub.failing("storage:" + WEIGHTS, fault, fault, fault).failing(FakeHub.API, fault);

        downloadWhole();
        assertThat(said).anyMatch(line -> line.contains("answers " + status + "; trying again"));
    }

    @Test
    void asksTheHubForANewAddressWhenASignedOneHasExpired() {
        hub.failing("storage:" + WEIGHTS, new Fault.Answer(403, Map.of(), "expired"));
        downloadWhole();
        assertThat(hub.requests())
                .filteredOn(
                        request -> request.path().endsWith("/" + FakeHub.COMMIT + "/" + WEIGHTS))
                .hasSize(2);
    }

    @Test
    void givesUpATransferThatBringsNothing() {
        hub.failing("storage:" + WEIGHTS, new Fault.Stall(700));
        HubSettings patient = hub.settings();
        TransferLimits limits = patient.limits();
        HubSettings hasty =
                new HubSettings(
                        patient.endpoint(),
                        null,
                        new TransferLimits(
                                limits.parallel(),
                                limits.pieceBytes(),
                                limits.attempts(),
                                limits.firstPause(),
                                limits.longestPause(),
                                Duration.ofMillis(400)));
        Path folder = download(hasty);
        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(content);
        assertThat(hub.ranges(WEIGHTS)).containsExactly(null, "bytes=700-4999");
        assertThat(said).anyMatch(line -> line.contains("sent nothing for 400 ms"));
    }

    @Test
    void readsAFileFromItsStartWhereTheServerHasNoRanges() {
        hub.failing("storage:" + WEIGHTS, cut(700), new Fault.NoRanges());
        downloadWhole();
        assertThat(hub.ranges(WEIGHTS)).containsExactly(null, "bytes=700-4999");
    }

    @Test
    void refusesToFetchPiecesWhereTheServerHasNoRanges() {
        hub.failing("storage:" + WEIGHTS, new Fault.NoRanges());
        assertThatThrownBy(() -> download(hub.settings(null, 4000)))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("answers 200 without it; only hosts that serve ranges");
    }

    @Test
    void refusesARangeThatWasNotAskedFor() {
        hub.failing("storage:" + WEIGHTS, cut(700), new Fault.OtherRange());
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("was asked for 'bytes 700-4999/5000'");
    }

    @Test
    void refusesMoreThanTheHubSaid() {
        hub.listing(
                """
                {"sha": "%s", "siblings": [
                  {"rfilename": "config.json", "size": 1, "blobId": "%s"},
                  {"rfilename": "tokenizer.json", "size": 1, "blobId": "%s"},
                  {"rfilename": "model.safetensors", "size": 1, "blobId": "%s"}]}
                """
                        .formatted(FakeHub.COMMIT, "0".repeat(40), "0".repeat(40), "0".repeat(40)));
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("sends more than was asked for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://10.0.0.1/weights",
                "https://weights.example/weights",
                "http://huggingface.co/weights",
                "file:///etc/passwd",
                "",
                "::",
            })
    void followsNoRedirectToAnotherHost(String location) {
        Map<String, String> headers = location.isEmpty() ? Map.of() : Map.of("Location", location);
        hub.failing("storage:" + WEIGHTS, new Fault.Answer(302, headers, ""));
        assertThatThrownBy(() -> download(hub.settings("hf_secret", 1 << 20)))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("redirect")
                .hasMessageNotContaining("hf_secret");
    }

    @Test
    void asksNothingOfAHostThatIsNotAllowed() {
        try (FakeHub other = new FakeHub()) {
            String target = "http://localhost:%d/blobs/x".formatted(other.endpoint().getPort());
            hub.failing(FakeHub.API, new Fault.Answer(302, Map.of("Location", target), ""));
            assertThatThrownBy(() -> download(hub.settings("hf_secret", 1 << 20)))
                    .isInstanceOf(HubTransferException.class)
                    .hasMessageContaining("the hub redirects to http://localhost:")
                    .hasMessageContaining("allowed are https to huggingface.co");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void endsARedirectThatNeverEnds() {
        for (int i = 0; i < 10; i++) {
            hub.failing(FakeHub.API, new Fault.Answer(302, Map.of("Location", FakeHub.API), ""));
        }
        assertThatThrownBy(() -> download(hub.settings()))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("more than 5 redirects");
    }
}
