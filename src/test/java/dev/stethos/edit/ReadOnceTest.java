package dev.stethos.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.gemma.Revision;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.FileState;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deltas are read from end to end once while their file stays as it is, and never from two states
/// of it.
final class ReadOnceTest {
    private static final String NORM = "model.norm.weight";
    private static final String Q = "model.layers.1.self_attn.q_proj.weight";

    @TempDir private Path folder;
    @TempDir private Path cache;
    private Checkpoint base;
    private ProfileFolder profile;
    private Path deltas;

    @BeforeEach
    void write() {
        base =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("base"), DType.BF16, SmallModel.weights(1, 0.5f)));
        float[] values = new float[64];
        Arrays.fill(values, 0.25f);
        profile =
                Profiles.of(
                        folder.resolve("profiles"),
                        "p",
                        base,
                        Profiles.dense(Q, List.of(8L, 8L), values));
        deltas = profile.path().resolve("deltas.safetensors");
    }

    @AfterEach
    void close() {
        base.close();
    }

    /// A resolver whose clock is ahead, or not, of the files' times.
    private EditResolver resolver(Duration ahead) {
        return new EditResolver(2, cache, InstantSource.offset(InstantSource.system(), ahead));
    }

    /// The hash that another process knows of the deltas' present state, or else that of other
    /// content.
    private String knownHash() throws IOException {
        Path other = folder.resolve("other.safetensors");
        SafetensorsWriter.write(
                other, Map.of(), Profiles.dense(NORM, List.of(8L), 1, 2, 3, 4, 5, 6, 7, 8));
        try (SafetensorsFile file = SafetensorsFile.open(other)) {
            return new Readings.Known(new KeptReadings(cache))
                    .of(FileState.of(deltas))
                    .sha256(file);
        }
    }

    @Test
    void aFileThatStaysAsItIsIsNotReadAgain() throws IOException {
        String declared = Fingerprint.ofFile(deltas);
        assertThat(knownHash()).isNotEqualTo(declared);
        resolver(Duration.ofSeconds(5)).resolve(profile, base).close();
        assertThat(knownHash()).isEqualTo(declared);
        Files.move(profile.path(), folder.resolve("renamed"));
        deltas = folder.resolve("renamed/deltas.safetensors");
        assertThat(knownHash()).isEqualTo(declared);
    }

    @Test
    void aRefusedHashIsKnownToo() throws IOException {
        damage(9);
        EditResolver resolver = resolver(Duration.ofSeconds(5));
        assertThatThrownBy(() -> resolver.resolve(profile, base)).hasMessageContaining("sha256");
        assertThat(knownHash()).isEqualTo(Fingerprint.ofFile(deltas));
    }

    @Test
    void whatIsKeptOfTheBaseIsUsedByTheNextProcessUnlessItIsDamaged() throws IOException {
        resolver(Duration.ofSeconds(5)).resolve(profile, base).close();
        String subject = "base " + Fingerprint.ofCheckpoint(base, cache);
        KeptReadings kept = new KeptReadings(cache);
        List<String> lines = kept.read(subject);
        assertThat(lines).hasSize(1).allMatch(line -> line.endsWith(" " + Q));

        kept.write(subject, List.of("0".repeat(64) + lines.getFirst().substring(64)));
        assertThatThrownBy(() -> resolver(Duration.ofSeconds(5)).resolve(profile, base))
                .hasMessageContaining("this base has " + "0".repeat(64));

        for (String file : cache.toFile().list((_, name) -> name.endsWith(".readings"))) {
            Path path = cache.resolve(file);
            Files.writeString(path, Files.readString(path).replace("00000000", "11111111"));
        }
        resolver(Duration.ofSeconds(5)).resolve(profile, base).close();
        assertThat(kept.read(subject)).isEqualTo(lines);
    }

    @Test
    void aChangedBaseIsReadAgainByTheNextProcess() throws IOException {
        resolver(Duration.ofSeconds(5)).resolve(profile, base).close();
        Path shard = base.locate(Q).file().path();
        FileTime modified = Files.getLastModifiedTime(shard);
        for (int at = 1; at <= Files.size(shard) / 2; at++) {
            flip(shard, Files.size(shard) - at);
        }
        Files.setLastModifiedTime(shard, modified);
        assertThatThrownBy(() -> resolver(Duration.ofSeconds(5)).resolve(profile, base))
                .hasMessageContaining("tensor " + Q);
    }

    private static void flip(Path file, long at) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            int _ = out.read(one, at);
            one.put(0, (byte) ~one.get(0));
            int _ = out.write(one.flip(), at);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenKeepsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        KeptReadings kept = new KeptReadings(file);
        kept.write("subject", List.of("line"));
        assertThat(kept.read("subject")).isEmpty();
    }

    @Test
    void aFileThatWasJustChangedIsNotTrustedToStay() throws IOException {
        resolver(Duration.ofSeconds(-5)).resolve(profile, base).close();
        assertThat(knownHash()).isNotEqualTo(Fingerprint.ofFile(deltas));
    }

    @Test
    void newContentOfTheSameLengthAndTimeIsSeen() throws IOException {
        EditResolver resolver = resolver(Duration.ofSeconds(5));
        resolver.resolve(profile, base).close();
        FileTime modified = Files.getLastModifiedTime(deltas);
        damage(1);
        Files.setLastModifiedTime(deltas, modified);
        assertThatThrownBy(() -> resolver.resolve(profile, base)).hasMessageContaining("sha256");
    }

    @Test
    void aSettledStateIsOlderThanATickOfTheFileSystemsClock() {
        FileState state = new FileState("key", 1, 5_000_000_000L, 6_000_000_000L);
        assertThat(state.isSettled(Instant.ofEpochSecond(8))).isFalse();
        assertThat(state.isSettled(Instant.ofEpochSecond(8, 1))).isTrue();
        assertThat(state.isSettled(Instant.ofEpochSecond(1))).isFalse();
    }

    @Test
    void noRevisionIsMadeOfDeltasThatChangeMeanwhile() {
        refusedAfter(path -> damage(path, 64));
        close();
        write();
        refusedAfter(path -> truncate(path, 100));
        close();
        write();
        refusedAfter(ReadOnceTest::delete);
    }

    private void refusedAfter(Consumer<Path> change) {
        long before = Tensor.liveCount();
        try (ResolvedEdits edits = resolver(Duration.ofSeconds(5)).resolve(profile, base);
                Revision plain = SmallModel.load(base)) {
            change.accept(deltas);
            assertThatThrownBy(() -> EditedRevision.of(plain, edits))
                    .isInstanceOf(InvalidProfileException.class)
                    .hasMessage("profile p, deltas.safetensors: it changed while it was read");
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    private void damage(int bytes) throws IOException {
        damage(deltas, bytes);
    }

    private static void damage(Path file, int bytes) {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int _ = out.write(ByteBuffer.allocate(bytes), out.size() - bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void truncate(Path file, long bytes) {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FileChannel _ = out.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
