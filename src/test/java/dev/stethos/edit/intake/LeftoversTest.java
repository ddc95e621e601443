package dev.stethos.edit.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a killed maker left goes, what a living one works on stays.
final class LeftoversTest {
    private static final String NAME = ".making-01234567-89ab-cdef-0123-456789abcdef";

    @TempDir private Path store;
    private Path left;

    @BeforeEach
    void leave() throws IOException {
        left = Files.createDirectories(store.resolve(NAME));
        Files.createDirectories(left.resolve("p"));
        Files.writeString(left.resolve("p/profile.yaml"), "half");
        Files.writeString(left.resolve(".lock"), "");
    }

    @Test
    void nobodysFolderIsDeleted() throws IOException {
        Path outside = Files.createDirectory(store.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "");
        Files.createSymbolicLink(left.resolve("link"), outside);
        Files.createDirectory(store.resolve(".making-mine"));
        assertThat(Leftovers.delete(store)).isOne();
        assertThat(left).doesNotExist();
        assertThat(outside.resolve("kept")).exists();
        assertThat(store.resolve(".making-mine")).exists();
        assertThat(Leftovers.delete(store)).isZero();
        assertThat(Leftovers.delete(store.resolve("missing"))).isZero();
    }

    @Test
    void aNewStagingFolderClearsThemAwayAndKeepsOthersOfItsProcess() {
        try (Staging one = new Staging(store);
                Staging two = new Staging(store)) {
            assertThat(left).doesNotExist();
            assertThat(Leftovers.delete(store)).isZero();
            assertThat(one.folder()).exists();
            assertThat(two.folder()).exists();
        }
        assertThat(store).isEmptyDirectory();
    }

    /// The lock is another process's, here one that sleeps.
    @Test
    void aLivingProcesssFolderStays() throws IOException, InterruptedException {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                left.resolve(".lock").toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertThat(Leftovers.delete(store)).isZero();
        } finally {
            other.destroyForcibly();
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Leftovers.delete(store)).isOne();
    }

    /// Locks a file, says so, and waits to be killed.
    static final class Holder {
        private Holder() {}

        public static void main(String... arguments) throws Exception {
            try (FileChannel file =
                            FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                System.out.print('!');
                System.out.flush();
                Thread.sleep(Duration.ofMinutes(5));
            }
        }
    }

    @Test
    void aFolderWithoutALockIsGivenAMoment() throws IOException {
        Files.delete(left.resolve(".lock"));
        assertThat(Leftovers.delete(store)).isZero();
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
        assertThat(Leftovers.delete(store)).isOne();
    }

    @Test
    void whatWasBeingReplacedGoesBackWhenItsSuccessorNeverCame() throws IOException {
        Files.createDirectory(left.resolve(".old-p"));
        Files.writeString(left.resolve(".old-p/profile.yaml"), "old");
        assertThat(Leftovers.delete(store)).isOne();
        assertThat(store.resolve("p/profile.yaml")).hasContent("old");

        leave();
        Files.createDirectory(left.resolve(".old-p"));
        Files.writeString(left.resolve(".old-p/profile.yaml"), "older");
        assertThat(Leftovers.delete(store)).isOne();
        assertThat(store.resolve("p/profile.yaml")).hasContent("old");
    }

    @Test
    void aReplacementThatFailsPutsTheOldOneBack() throws IOException {
        Path old = Files.createDirectory(store.resolve("p"));
        Files.writeString(old.resolve("profile.yaml"), "old");
        try (Staging staging = new Staging(store)) {
            assertThatThrownBy(() -> staging.publish("absent", old))
                    .isInstanceOf(UncheckedIOException.class);
        }
        assertThat(old.resolve("profile.yaml")).hasContent("old");
    }
}
