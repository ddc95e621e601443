package dev.stethos.hub;

import dev.stethos.hub.PartialFile.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Brings the missing pieces of files, several at once, and proves each file when its last piece is
/// there.
final class Transfer {
    private static final int BUFFER = 1 << 18;

    private final HubClient client;
    private final ModelReference model;
    private final String commit;
    private final TransferLimits limits;
    private final TransferProgress progress;
    private final RetryLoop retry;

    Transfer(
            HubClient client,
            ModelReference model,
            String commit,
            TransferLimits limits,
            TransferProgress progress) {
        this.client = client;
        this.model = model;
        this.commit = commit;
        this.limits = limits;
        this.progress = progress;
        retry = new RetryLoop(limits, limits.attempts(), progress::say);
    }

    /// Returns when every file has its name. A file that an earlier try left with wrong bytes is
    /// fetched again from its start.
    void run(List<PartialFile> files) throws InterruptedException {
        List<PartialFile> left = files;
        while (!left.isEmpty()) {
            left = round(left);
        }
    }

    /// The files that must be fetched again.
    private List<PartialFile> round(List<PartialFile> files) throws InterruptedException {
        List<PartialFile> again = new ArrayList<>();
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        limits.parallel(),
                        Thread.ofPlatform().name("stethos-download-", 0).daemon().factory());
        try {
            CompletionService<List<PartialFile>> tasks = new ExecutorCompletionService<>(threads);
            int count = 0;
            for (PartialFile file : files) {
                AtomicInteger missing = new AtomicInteger(file.pieces().size());
                for (Piece piece : file.pieces()) {
                    tasks.submit(() -> fetch(file, piece, missing));
                    count++;
                }
            }
            for (int i = 0; i < count; i++) {
                again.addAll(tasks.take().get());
            }
            return again;
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            threads.shutdownNow();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                progress.say("waiting for transfers to end");
            }
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException failure -> failure;
            case Error error -> throw error;
            case null, default -> new HubTransferException("a transfer failed", e);
        };
    }

    /// Brings the rest of a piece; the last one of a file proves it. Returns the file when it must
    /// be fetched again.
    private List<PartialFile> fetch(PartialFile file, Piece piece, AtomicInteger missing)
            throws InterruptedException {
        String what = model + ", " + file.file().name();
        boolean _ =
                retry.run(
                        what,
                        () -> file.done(piece),
                        () -> {
                            bring(file, piece);
                            return true;
                        });
        if (missing.decrementAndGet() > 0) {
            return List.of();
        }
        long bytes = file.done();
        if (file.publish()) {
            return List.of();
        }
        progress.came(-bytes);
        progress.say(what + ": what was left of an earlier try is damaged, it is fetched again");
        return List.of(file);
    }

    private void bring(PartialFile file, Piece piece) throws IOException, InterruptedException {
        long from = piece.start() + file.done(piece);
        if (from == piece.end()) {
            return;
        }
        boolean whole = from == 0 && piece.end() == file.file().size();
        String range = whole ? null : "bytes=%d-%d".formatted(from, piece.end() - 1);
        try (HubAnswer answer = client.file(model, commit, file.file().name(), range)) {
            if (range != null) {
                checkRange(answer, file, piece, from);
            }
            byte[] buffer = new byte[BUFFER];
            for (int count = answer.read(buffer); count >= 0; count = answer.read(buffer)) {
                long room = piece.end() - piece.start() - file.done(piece);
                if (count > room) {
                    throw new HubTransferException(
                            "%s, %s: %s sends more than was asked for"
                                    .formatted(model, file.file().name(), answer.from()));
                }
                file.append(piece, buffer, count);
                progress.came(count);
            }
            if (file.done(piece) < piece.end() - piece.start()) {
                throw new BrokenTransferException(answer.from() + " ended the transfer early");
            }
        }
    }

    /// The answer must begin at the byte that was asked for. A host that sends the whole file
    /// instead is read from its start where that is the piece.
    private void checkRange(HubAnswer answer, PartialFile file, Piece piece, long from) {
        long size = file.file().size();
        String wanted = "bytes %d-%d/%d".formatted(from, piece.end() - 1, size);
        boolean whole = piece.start() == 0 && piece.end() == size;
        if (answer.status() == 206 && answer.header("Content-Range").equals(wanted)) {
            return;
        }
        if (answer.status() == 200 && whole) {
            progress.came(-file.done(piece));
            file.rewind(piece);
            return;
        }
        throw new HubTransferException(
                "%s, %s: %s was asked for '%s' and answers %d without it; only hosts that serve ranges can be used"
                        .formatted(
                                model, file.file().name(), answer.from(), wanted, answer.status()));
    }
}
