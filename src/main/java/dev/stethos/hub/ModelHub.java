package dev.stethos.hub;

import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gets models from the hub into `<cache>/hub/<owner>--<name>/<commit>/`. A folder of that name is
/// whole and its content proved; what is on its way is beside it, in `<commit>.partial`.
public final class ModelHub {
    private static final int LISTING_ATTEMPTS = 3;

    private final HubSettings settings;
    private final Path cache;
    private final Consumer<String> progress;

    /// `progress` hears what is being done, from several threads but never at once.
    public ModelHub(HubSettings settings, Path cache, Consumer<String> progress) {
        this.settings = settings;
        this.cache = cache.resolve("hub");
        this.progress = progress;
    }

    /// The folder of a model, downloaded if it is not there. A commit that is there is not asked
    /// for again; for a branch or tag the last known commit serves while the hub cannot be reached.
    /// Fails with [HubRefusalException] or [HubTransferException].
    public Path folder(ModelReference model) {
        Path home = cache.resolve(model.owner() + "--" + model.name());
        Path known = home.resolve(model.revision());
        if (model.isCommit() && Files.isDirectory(known)) {
            return known;
        }
        try (HubClient client = new HubClient(settings)) {
            Listing listing;
            try {
                listing = list(client, model);
            } catch (HubTransferException e) {
                return lastKnown(home, model, e);
            }
            Path folder = home.resolve(listing.commit());
            if (!Files.isDirectory(folder)) {
                download(client, model, listing, folder);
            }
            remember(home, model, listing.commit());
            return folder;
        } catch (IOException e) {
            throw new HubTransferException(model + ": the cache cannot be written (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubTransferException(model + ": the download was interrupted", e);
        }
    }

    private Listing list(HubClient client, ModelReference model) throws InterruptedException {
        RetryLoop retry = new RetryLoop(settings.limits(), LISTING_ATTEMPTS, progress);
        return retry.run(model.toString(), () -> 0, () -> client.list(model));
    }

    private Path lastKnown(Path home, ModelReference model, HubTransferException unreachable)
            throws IOException {
        Path reference = reference(home, model);
        if (Files.isRegularFile(reference)) {
            String commit = Files.readString(reference, StandardCharsets.US_ASCII).strip();
            if (ModelReference.isCommit(commit) && Files.isDirectory(home.resolve(commit))) {
                progress.accept(
                        "%s; serving commit %s, which is in the cache"
                                .formatted(unreachable.getMessage(), commit));
                return home.resolve(commit);
            }
        }
        throw unreachable;
    }

    private static void remember(Path home, ModelReference model, String commit)
            throws IOException {
        Path reference = reference(home, model);
        Files.createDirectories(home.resolve("refs"));
        AtomicFile.write(reference, (commit + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static Path reference(Path home, ModelReference model) {
        return home.resolve("refs").resolve(model.revision().replace("/", "%2F"));
    }

    private void download(HubClient client, ModelReference model, Listing listing, Path folder)
            throws IOException, InterruptedException {
        Path partial = folder.resolveSibling(listing.commit() + ".partial");
        Files.createDirectories(partial);
        Path lockFile = folder.resolveSibling(listing.commit() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lock(channel, model)) {
            // Another process may have finished it.
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(partial);
                fill(client, model, listing, partial);
                force(partial);
                Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
                force(folder.toAbsolutePath().getParent());
            }
        }
    }

    private FileLock lock(FileChannel channel, ModelReference model) throws IOException {
        try {
            FileLock free = channel.tryLock();
            if (free != null) {
                return free;
            }
            progress.accept(model + ": another process is downloading it; waiting for that");
            return channel.lock();
        } catch (OverlappingFileLockException e) {
            throw new HubTransferException(model + ": this process is downloading it already", e);
        }
    }

    private void fill(HubClient client, ModelReference model, Listing listing, Path partial)
            throws IOException, InterruptedException {
        List<PartialFile> missing = new ArrayList<>();
        try {
            long total = 0;
            long here = 0;
            for (RemoteFile file : listing.files()) {
                total = saturatedSum(total, file.size());
            }
            FileStore disk = Files.getFileStore(partial);
            checkSpace(model, total, disk.getTotalSpace());
            for (RemoteFile file : listing.files()) {
                if (Files.exists(partial.resolve(file.name()))) {
                    here += file.size();
                } else {
                    PartialFile open =
                            PartialFile.open(partial, file, settings.limits().pieceBytes());
                    missing.add(open);
                    here += open.done();
                }
            }
            checkSpace(model, total - here, disk.getUsableSpace());
            try (TransferProgress shown =
                    new TransferProgress(
                            model.toString(), total, here, progress, TransferProgress.terminal())) {
                new Transfer(client, model, listing.commit(), settings.limits(), shown)
                        .run(missing);
            }
        } finally {
            missing.forEach(PartialFile::close);
        }
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static void checkSpace(ModelReference model, long needed, long space) {
        if (needed > space) {
            throw new HubTransferException(
                    "%s: %s are still to come, the cache's disk has room for %s"
                            .formatted(
                                    model,
                                    TransferProgress.size(needed),
                                    TransferProgress.size(space)));
        }
    }

    private static void force(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (FileChannel entry = FileChannel.open(folder, StandardOpenOption.READ)) {
                entry.force(true);
            }
        }
    }
}
