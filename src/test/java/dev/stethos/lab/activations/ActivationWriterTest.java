package dev.stethos.lab.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.RandomModel;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import dev.stethos.weights.Fingerprint;
import java.util.stream.Stream;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActivationWriterTest {
    private static final Hookpoint RESIDUAL = Hookpoint.residual(1);
    private static final SortedSet<Hookpoint> BOTH =
            new TreeSet<>(List.of(RESIDUAL, new Hookpoint(2, Site.ATTN_OUT)));

    @TempDir private Path folder;
    private Gemma3Model model;
    private ActivationCollector collector;
    private List<Document> documents;

    @BeforeEach
    void open() throws IOException {
        model = RandomModel.load(folder.resolve("model"));
        collector = new ActivationCollector(model);
        Path corpus = folder.resolve("corpus.jsonl");
        Files.writeString(
                corpus,
                """
                {"problem": "the user", "solution": "there", "type": "Algebra"}
                {"text": "the user there is another user"}

                {"text": "over there"}
                """);
        documents = new Corpus(model, 64).documents(corpus);
    }

    @AfterEach
    void close() {
        collector.close();
        model.close();
    }

    private ActivationWriter writer(int shardBytes) {
        return new ActivationWriter(
                collector,
                model.config(),
                new ActivationWriter.Source("tiny", model.base(), "corpus.jsonl", "00", 64),
                shardBytes);
    }

    @Test
    void shardsHoldWhatWasCollected() {
        List<Long> told = new ArrayList<>();
        ActivationManifest manifest =
                writer(2000).write(folder.resolve("out"), documents, BOTH, DType.F32, told::add);
        assertThat(manifest.shardCount()).isGreaterThan(1);
        assertThat(told.stream().mapToLong(Long::longValue).sum()).isEqualTo(manifest.tokens());
        List<Activations> expected =
                collector
                        .collect(model.base(), documents, BOTH)
                        .map(found -> found.at(RESIDUAL))
                        .toList();
        TokenRows memory = TokenRows.of(expected);
        try (ActivationFolder read = ActivationFolder.open(folder.resolve("out"))) {
            TokenRows rows = read.rows(RESIDUAL);
            assertThat(rows.rows()).isEqualTo(memory.rows()).isEqualTo(manifest.tokens());
            float[] all = rows.range(0, rows.rows()).values();
            float[] wanted = memory.range(0, rows.rows()).values();
            assertThat(all).hasSameSizeAs(wanted);
            for (int i = 0; i < all.length; i++) {
                assertThat(all[i]).isCloseTo(wanted[i], Offset.offset(1e-5f));
            }
            assertThat(rows.gather(3).values()).isEqualTo(rows.range(3, 4).values());
        }
    }

    @Test
    void stoppedRunGoesOnToTheSameBytes() throws IOException {
        writer(2000).write(folder.resolve("whole"), documents, BOTH, DType.BF16, t -> {});
        Path stopped = folder.resolve("stopped");
        assertThatThrownBy(
                        () ->
                                writer(2000)
                                        .write(
                                                stopped,
                                                documents,
                                                BOTH,
                                                DType.BF16,
                                                tokens -> {
                                                    throw new UncheckedIOException(
                                                            new IOException("stop"));
                                                }))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(files(stopped)).hasSize(2);
        assertThatThrownBy(() -> ActivationFolder.open(stopped))
                .hasMessageContaining("1 of ")
                .hasMessageContaining("run lab activations");
        writer(2000).write(stopped, documents, BOTH, DType.BF16, tokens -> {});
        assertThat(files(stopped)).isEqualTo(files(folder.resolve("whole")));
    }

    private static TreeMap<String, String> files(Path folder) throws IOException {
        TreeMap<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                found.put(
                        String.valueOf(file.getFileName()),
                        Fingerprint.ofFile(file));
            }
        }
        return found;
    }

    @Test
    void refusesAFolderOfOtherActivations() {
        Path out = folder.resolve("out");
        writer(2000).write(out, documents, BOTH, DType.F32, t -> {});
        assertThatThrownBy(
                        () ->
                                writer(2000)
                                        .write(
                                                out,
                                                documents.subList(0, 1),
                                                BOTH,
                                                DType.F32,
                                                t -> {}))
                .hasMessageContaining("folder out holds other activations")
                .hasMessageContaining("resid_post.1");
    }

    @Test
    void countsTextOnlyNotMarkers() {
        Document chat = documents.getFirst();
        int[] kept = chat.kept();
        int[] tokens = Arrays.stream(kept).map(at -> chat.tokens()[at]).toArray();
        assertThat(model.tokenizer().decode(tokens)).isEqualTo("the userthere");
        Document plain = documents.getLast();
        assertThat(plain.kept()[0]).isEqualTo(1);
        assertThat(plain.kept()).hasSize(plain.tokens().length - 1);
    }

    @Test
    void cutsLongDocumentsWithoutLosingTokens() throws IOException {
        Path corpus = Files.writeString(folder.resolve("long.txt"), "the user there is ".repeat(9));
        Document whole = new Corpus(model, 256).documents(corpus).getFirst();
        List<Document> pieces = new Corpus(model, 10).documents(corpus);
        assertThat(pieces.size()).isGreaterThan(3);
        assertThat(pieces).allSatisfy(piece -> {
            assertThat(piece.tokens().length).isLessThanOrEqualTo(10);
            assertThat(piece.tokens()[0]).isEqualTo(model.tokenizer().bos());
        });
        int[] all =
                pieces.stream()
                        .flatMapToInt(
                                piece ->
                                        Arrays.stream(piece.kept())
                                                .map(at -> piece.tokens()[at]))
                        .toArray();
        assertThat(all)
                .isEqualTo(Arrays.copyOfRange(whole.tokens(), 1, whole.tokens().length));
    }

    @Test
    void refusalsNameFileAndLine() throws IOException {
        Path corpus = folder.resolve("bad.jsonl");
        Files.writeString(corpus, "{\"text\": \"a\"}\n{\"words\": 3}\n");
        assertThatThrownBy(() -> new Corpus(model, 64).read(corpus))
                .hasMessageContaining("bad.jsonl, line 2")
                .hasMessageContaining("text, or with problem and solution");
        assertThatThrownBy(() -> new Corpus(model, 64).read(folder.resolve("none.txt")))
                .hasMessage("none.txt: no such file");
        Files.writeString(corpus, "\n");
        assertThatThrownBy(() -> new Corpus(model, 64).read(corpus))
                .hasMessageContaining("it has no documents");
    }
}
