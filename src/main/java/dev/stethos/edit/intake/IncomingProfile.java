package dev.stethos.edit.intake;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileName;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.InvalidWeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A profile that is on its way into a store: its files are received into quarantine, a hidden
/// folder of the store, and appear under the profile's name at once, or never. Closing it deletes
/// what is still in quarantine.
public final class IncomingProfile implements AutoCloseable {
    private static final int CHUNK = 1 << 16;
    private static final String RECEIVED = "received";

    /// The files of a profile, and how long each may be.
    private static final Map<String, Long> ALLOWED =
            Map.of(
                    "profile.yaml", ProfileStore.MAX_MANIFEST_BYTES,
                    "deltas.safetensors", Long.MAX_VALUE,
                    "profile.sig", 1024L);

    private final ProfileStore store;
    private final Disk disk;
    private final Staging staging;
    private @Nullable ProfileFolder complete;

    /// Where received bytes go.
    interface Disk {
        /// A new file, open for writing.
        FileChannel create(Path file) throws IOException;
    }

    public IncomingProfile(ProfileStore store) {
        this(
                store,
                file ->
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    IncomingProfile(ProfileStore store, Disk disk) {
        this.store = store;
        this.disk = disk;
        Staging made;
        try {
            made = new Staging(store.folder());
        } catch (UncheckedIOException e) {
            throw new StoreWriteException(e);
        }
        staging = made;
        try {
            Files.createDirectory(staging.folder().resolve(RECEIVED));
        } catch (IOException e) {
            staging.close();
            throw new StoreWriteException(e);
        }
    }

    /// Receives one of the profile's files, which is on disk when this returns. An [IOException] is
    /// the sender's; the store's own are [StoreWriteException]s.
    public void receive(String file, InputStream content) throws IOException {
        Long limit = ALLOWED.get(file);
        if (limit == null) {
            throw new InvalidProfileException(
                    Code.UNSUPPORTED_FILE,
                    "file '%s' was given, a profile's are profile.yaml, deltas.safetensors and profile.sig"
                            .formatted(InvalidWeightsException.shown(file)));
        }
        Path target = staging.folder().resolve(RECEIVED).resolve(file);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(file + " was given twice");
        }
        try (Writing out = new Writing(target)) {
            byte[] chunk = new byte[CHUNK];
            long length = 0;
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                length += count;
                if (length > limit) {
                    throw refused(file + " is longer than " + limit + " bytes");
                }
                out.write(chunk, count);
            }
            out.force();
        }
    }

    /// Ends the receiving: the profile as its manifest declares it, still in quarantine. What a
    /// store refuses is refused here.
    public ProfileFolder complete() {
        Path received = staging.folder().resolve(RECEIVED);
        ProfileName name = ProfileStore.declaredName(received);
        try {
            Staging.move(received, staging.folder().resolve(name.value()));
        } catch (IOException e) {
            throw new StoreWriteException(e);
        }
        ProfileFolder folder = store.at(staging.folder()).load(name.value());
        if (folder.profile().isEmpty()
                && Files.exists(folder.path().resolve("deltas.safetensors"))) {
            throw refused("deltas.safetensors was given, the manifest names no files");
        }
        complete = folder;
        return folder;
    }

    /// Gives the profile its place. False when the same content is there already; other content
    /// under its name is refused.
    public boolean publish() {
        ProfileFolder folder = complete;
        if (folder == null) {
            throw new IllegalStateException("a profile is published after it was completed");
        }
        String name = folder.profile().name();
        Path place = store.folder().resolve(name);
        try {
            if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                staging.publishNew(name, place);
                return true;
            }
            requireSame(folder, place);
            return false;
        } catch (IOException e) {
            throw new StoreWriteException(e);
        }
    }

    private void requireSame(ProfileFolder folder, Path place) throws IOException {
        boolean same = true;
        try {
            ProfileFolder _ = store.load(folder.profile().name());
        } catch (InvalidProfileException e) {
            same = false;
        }
        for (String file : ALLOWED.keySet()) {
            same = same && isSame(folder.path().resolve(file), place.resolve(file));
        }
        if (!same) {
            throw new InvalidProfileException(
                    Code.PROFILE_EXISTS,
                    "profile %s: the store has other content under this name, allowed is another name"
                            .formatted(folder.profile().name()));
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        boolean there = Files.exists(one);
        return there == Files.exists(other) && (!there || Files.mismatch(one, other) < 0);
    }

    private static InvalidProfileException refused(String problem) {
        return new InvalidProfileException(Code.INVALID_PROFILE, "profile: " + problem);
    }

    @Override
    public void close() {
        staging.close();
    }

    /// A file of the quarantine, whose failures are the store's.
    private final class Writing implements AutoCloseable {
        private final FileChannel channel;

        Writing(Path file) {
            try {
                channel = disk.create(file);
            } catch (IOException e) {
                throw new StoreWriteException(e);
            }
        }

        void write(byte[] bytes, int count) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
            try {
                while (buffer.hasRemaining()) {
                    int _ = channel.write(buffer);
                }
            } catch (IOException e) {
                throw new StoreWriteException(e);
            }
        }

        void force() {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw new StoreWriteException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new StoreWriteException(e);
            }
        }
    }
}
