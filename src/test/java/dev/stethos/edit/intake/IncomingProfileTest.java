package dev.stethos.edit.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileSignature;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.SigningKeys;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IncomingProfileTest {
    private static final List<String> FILES = List.of("deltas.safetensors", "profile.yaml");

    @TempDir private Path folder;
    private ProfileFolder sent;
    private ProfileStore store;

    @BeforeEach
    void makeAProfileToSend() {
        store = new ProfileStore(folder.resolve("profiles"));
        sent = profile("sent", 1);
    }

    private ProfileFolder profile(String outbox, float value) {
        try (Checkpoint base =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("base-" + outbox),
                                DType.BF16,
                                SmallModel.weights(1, 0.5f)))) {
            return Profiles.of(
                    folder.resolve(outbox),
                    "p",
                    base,
                    Profiles.dense("model.norm.weight", List.of(8L), value, 0, 0, 0, 0, 0, 0, 0));
        }
    }

    private static void send(ProfileFolder from, IncomingProfile to, List<String> files)
            throws IOException {
        for (String file : files) {
            try (InputStream in = Files.newInputStream(from.path().resolve(file))) {
                to.receive(file, in);
            }
        }
    }

    private boolean publish(ProfileFolder from, List<String> files) throws IOException {
        try (IncomingProfile incoming = new IncomingProfile(store)) {
            send(from, incoming, files);
            ProfileFolder complete = incoming.complete();
            assertThat(complete.profile()).isEqualTo(from.profile());
            assertThat(store.list().profiles()).hasSizeLessThanOrEqualTo(1);
            return incoming.publish();
        }
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(store.folder())) {
            return entries.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    @Test
    void appearsWholeAndOnceMoreIsNoChange() throws IOException {
        assertThat(publish(sent, FILES)).isTrue();
        assertThat(entries()).containsExactly("p");
        for (String file : FILES) {
            assertThat(store.folder().resolve("p").resolve(file))
                    .hasSameBinaryContentAs(sent.path().resolve(file));
        }
        assertThat(publish(sent, FILES.reversed())).isFalse();
        assertThat(entries()).containsExactly("p");
    }

    @Test
    void otherContentUnderTheNameIsRefused() throws IOException {
        assertThat(publish(sent, FILES)).isTrue();
        ProfileFolder other = profile("other", 2);
        assertThatThrownBy(() -> publish(other, FILES))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.PROFILE_EXISTS));
        Files.write(store.folder().resolve("p/deltas.safetensors"), new byte[3]);
        assertThatThrownBy(() -> publish(sent, FILES)).hasMessageContaining("other content");
        assertThat(entries()).containsExactly("p");
    }

    @Test
    void aLinkInItsPlaceIsNotFollowed() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createDirectories(store.folder());
        Files.createSymbolicLink(store.folder().resolve("p"), outside);
        assertThatThrownBy(() -> publish(sent, FILES)).hasMessageContaining("other content");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aFullDiskIsTheStoresFailureAndLeavesNothing() throws IOException {
        IncomingProfile.Disk full =
                file -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        try (IncomingProfile incoming = new IncomingProfile(store, full)) {
            assertThatThrownBy(() -> send(sent, incoming, FILES))
                    .isInstanceOf(StoreWriteException.class)
                    .hasMessage("the profile store cannot be written: No space left on device");
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void aReadOnlyDiskIsTheStoresFailureAndLeavesNothing() throws IOException {
        IncomingProfile.Disk readOnly =
                file -> {
                    throw new FileSystemException(file.toString(), null, "Read-only file system");
                };
        try (IncomingProfile incoming = new IncomingProfile(store, readOnly)) {
            assertThatThrownBy(() -> send(sent, incoming, FILES))
                    .isInstanceOf(StoreWriteException.class)
                    .hasMessage("the profile store cannot be written: Read-only file system");
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void aStoreThatCannotBeMadeIsTheStoresFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new IncomingProfile(new ProfileStore(file.resolve("profiles"))))
                .isInstanceOf(StoreWriteException.class)
                .hasMessageNotContaining(folder.toString());
    }

    @Test
    void aSenderWhoBreaksOffLeavesNothing() throws IOException {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }
                };
        try (IncomingProfile incoming = new IncomingProfile(store)) {
            InputStream some = InputStream.nullInputStream();
            assertThatThrownBy(() ->
                            incoming.receive(
                                    "deltas.safetensors", new SequenceInputStream(some, broken)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("gone");
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void filesThatAreTooLongAreCutOff() throws IOException {
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return 'a';
                    }
                };
        try (IncomingProfile incoming = new IncomingProfile(store)) {
            for (String file : List.of("profile.yaml", "profile.sig")) {
                assertThatThrownBy(() -> incoming.receive(file, endless))
                        .isInstanceOf(InvalidProfileException.class)
                        .hasMessageContaining(file + " is longer than");
            }
        }
        assertThat(entries()).isEmpty();
    }

    @Test
    void withTrustedKeysOnlyTheirSignaturesCount() throws IOException {
        KeyPair trusted = SigningKeys.generate();
        store = new ProfileStore(store.folder(), List.of(trusted.getPublic()));
        assertThatThrownBy(() -> publish(sent, FILES))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.UNTRUSTED_PROFILE));
        ProfileSignature.sign(sent, SigningKeys.generate().getPrivate());
        List<String> signed = List.of("profile.sig", "profile.yaml", "deltas.safetensors");
        assertThatThrownBy(() -> publish(sent, signed)).hasMessageContaining("trusted keys");
        assertThat(entries()).isEmpty();
        ProfileSignature.sign(sent, trusted.getPrivate());
        assertThat(publish(sent, signed)).isTrue();
        assertThat(store.load("p").profile()).isEqualTo(sent.profile());
        Files.delete(store.folder().resolve("p/profile.sig"));
        assertThat(store.list().profiles()).isEmpty();
        assertThat(store.list().refused().get("p")).hasMessageContaining("a signature is required");
    }
}
