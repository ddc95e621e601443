package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.hub.FakeHub.Fault;
import dev.stethos.hub.FakeHub.Request;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHubTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    private final FakeHub hub =
            new FakeHub()
                    .with("config.json", "{\"model_type\": \"gemma3\"}")
                    .with("tokenizer.json", "{\"version\": \"1.0\"}")
                    .with("chat_template.jinja", "{{ messages }}")
                    .with(FIRST, bytes(10_007, 1))
                    .with(SECOND, bytes(5_000, 2));
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @TempDir Path cache;

    private static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path folder(String model, HubSettings settings) {
        return new ModelHub(settings, cache, said::add).folder(ModelReference.parse(model));
    }

    private Path folder() {
        return folder(FakeHub.MODEL, hub.settings());
    }

    private Path home() {
        return cache.resolve("hub/google--gemma-3-4b-it");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void bringsEveryByteInPieces() throws IOException {
        Path folder = folder(FakeHub.MODEL, hub.settings(null, 1000));

        assertThat(folder).isEqualTo(home().resolve(FakeHub.COMMIT));
        for (Map.Entry<String, byte[]> file : hub.files().entrySet()) {
            assertThat(folder.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
        assertThat(names(folder)).containsExactlyElementsOf(hub.files().keySet());
        assertThat(hub.ranges(FIRST))
                .hasSize(11)
                .contains("bytes=0-999", "bytes=5000-5999", "bytes=10000-10006");
        assertThat(hub.ranges(SECOND)).hasSize(5).contains("bytes=4000-4999");
        assertThat(said).anyMatch(line -> line.contains("downloading " + FakeHub.MODEL));
    }

    @Test
    void bringsOnlyWhatAModelIsLoadedFrom() throws IOException {
        Map<String, byte[]> wanted = Map.copyOf(hub.files());
        hub.with("README.md", "# Gemma")
                .with(".gitattributes", "*")
                .with("pytorch_model.bin", bytes(10, 3))
                .with("original/model.safetensors", bytes(10, 4))
                .with("..\\model.safetensors", bytes(10, 5));

        assertThat(names(folder())).containsExactlyInAnyOrderElementsOf(wanted.keySet());
        assertThat(hub.requests())
                .noneMatch(request -> request.path().contains("README"))
                .noneMatch(request -> request.path().contains("original"));
    }

    @Test
    void bringsAnEmptyFile() {
        hub.with("generation_config.json", "");
        assertThat(folder().resolve("generation_config.json")).isEmptyFile();
    }

    @Test
    void asksForNothingAgain() {
        Path folder = folder();
        int before = hub.requests().size();

        assertThat(folder()).isEqualTo(folder);
        assertThat(hub.requests().subList(before, hub.requests().size()))
                .extracting(Request::path)
                .containsExactly(FakeHub.API);
    }

    @Test
    void needsNoHubForACommitThatIsThere() {
        String commit = FakeHub.MODEL + "@" + FakeHub.COMMIT;
        Path folder = folder(commit, hub.settings());
        int before = hub.requests().size();

        assertThat(folder(commit, hub.settings())).isEqualTo(folder);
        assertThat(hub.requests()).hasSize(before);
    }

    @Test
    void usesTheLastKnownCommitWhileTheHubIsAway() {
        Path folder = folder();
        HubSettings settings = hub.settings();
        hub.close();

        assertThat(folder(FakeHub.MODEL, settings)).isEqualTo(folder);
        assertThat(said)
                .anyMatch(line ->
                        line.contains("cannot connect to http://127.0.0.1")
                                && line.contains("serving commit " + FakeHub.COMMIT)
                                && line.contains("in the cache"));
    }

    @Test
    void saysThatTheHubIsAwayWhenNothingIsThere() {
        HubSettings settings = hub.settings();
        hub.close();
        assertThatThrownBy(() -> folder(FakeHub.MODEL, settings))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining(FakeHub.MODEL + "@main")
                .hasMessageContaining("cannot connect to http://127.0.0.1");
    }

    @Test
    void takesNoUnfinishedFolderForAModel() {
        Fault gone = new Fault.Answer(503, Map.of(), "");
        hub.failing("storage:" + SECOND, gone, gone, gone, gone);
        assertThatThrownBy(this::folder).isInstanceOf(HubTransferException.class);

        assertThat(home().resolve(FakeHub.COMMIT)).doesNotExist();
        HubSettings settings = hub.settings();
        hub.close();
        assertThatThrownBy(() -> folder(FakeHub.MODEL, settings))
                .isInstanceOf(HubTransferException.class);
    }

    @Test
    void showsTheTokenToTheHubOnly() {
        hub.failing(
                FakeHub.API,
                new Fault.Answer(
                        307, Map.of("Location", FakeHub.API.replace("main", FakeHub.COMMIT)), ""));
        Path _ = folder(FakeHub.MODEL, hub.settings("hf_secret", 1 << 20));

        assertThat(hub.requests())
                .filteredOn(request -> request.server().equals("hub"))
                .hasSizeGreaterThan(4)
                .allMatch(request -> "Bearer hf_secret".equals(request.token()));
        assertThat(hub.requests())
                .filteredOn(request -> request.server().equals("storage"))
                .hasSize(3)
                .allMatch(request -> request.token() == null);
        assertThat(said).noneMatch(line -> line.contains("hf_secret"));
    }

    @Test
    void asksForABranchWithASlashAsOneName() {
        assertThatThrownBy(() -> folder(FakeHub.MODEL + "@refs/pr/1", hub.settings()))
                .isInstanceOf(HubRefusalException.class);
        assertThat(hub.requests())
                .extracting(Request::path)
                .containsExactly(FakeHub.API.replace("main", "refs%2Fpr%2F1"));
    }

    @Test
    void refusesAModelThatDoesNotFitTheDiskBeforeItAsksForAnyFile() {
        String shard =
                "{\"rfilename\": \"model-%d.safetensors\", \"size\": %d, \"lfs\": {\"sha256\": \"%s\"}}";
        hub.listing(
                listing(
                        small("config.json"),
                        small("tokenizer.json"),
                        shard.formatted(1, Long.MAX_VALUE, "a".repeat(64)),
                        shard.formatted(2, Long.MAX_VALUE, "b".repeat(64))));
        assertThatThrownBy(this::folder)
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("9223372036.85 GB are still to come")
                .hasMessageContaining("room for");
        assertThat(hub.requests()).hasSize(1);
    }

    @Test
    void refusesARepositoryThatIsNoModel() {
        hub.listing(listing(small("config.json"), small("tokenizer.json")));
        assertThatThrownBy(this::folder)
                .isInstanceOf(HubRefusalException.class)
                .hasMessageContaining("has no .safetensors file, needed are config.json");
        hub.listing(listing(small("config.json"), small("model.safetensors")));
        assertThatThrownBy(this::folder)
                .isInstanceOf(HubRefusalException.class)
                .hasMessageContaining("has no tokenizer.json");
    }

    @Test
    void waitsForNoOtherDownloadOfThisProcess() throws IOException {
        Files.createDirectories(home());
        try (FileChannel lock =
                        FileChannel.open(
                                home().resolve(FakeHub.COMMIT + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            assertThatThrownBy(this::folder)
                    .isInstanceOf(HubTransferException.class)
                    .hasMessageContaining("this process is downloading it already");
        }
        assertThat(folder()).isDirectory();
    }

    @Test
    void refusesAnswersThatAreNoListing() {
        List<String> answers =
                List.of(
                        "",
                        "<html>",
                        "[]",
                        "{} {}",
                        "{\"sha\": \"main\", \"siblings\": []}",
                        "{\"sha\": \"a\", \"sha\": \"b\"}",
                        listing("{\"rfilename\": \"config.json\"}"),
                        listing("{\"rfilename\": \"config.json\", \"size\": 10}"),
                        listing(
                                "{\"rfilename\": \"config.json\", \"size\": -1, \"blobId\": \"%s\"}"
                                        .formatted("0".repeat(40))),
                        listing(
                                "{\"rfilename\": \"config.json\", \"size\": 1e300, \"blobId\": \"%s\"}"
                                        .formatted("0".repeat(40))),
                        listing(
                                "{\"rfilename\": \"config.json\", \"size\": 1, \"lfs\": {\"sha256\": \"../x\"}}"),
                        listing(small("config.json"), small("config.json")));
        for (String answer : answers) {
            hub.listing(answer);
            assertThatThrownBy(this::folder)
                    .as(answer)
                    .isInstanceOf(HubTransferException.class)
                    .hasMessageContaining("none of the hub's");
        }
        assertThat(hub.requests()).hasSize(answers.size());
    }

    private static String small(String name) {
        return "{\"rfilename\": \"%s\", \"size\": 3, \"blobId\": \"%s\"}"
                .formatted(name, "0".repeat(40));
    }

    private static String listing(String... siblings) {
        return "{\"sha\": \"%s\", \"siblings\": [%s]}"
                .formatted(FakeHub.COMMIT, String.join(",", siblings));
    }
}
