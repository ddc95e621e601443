package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Tries again what breaks, with growing pauses, until `attempts` in a row made no progress.
record RetryLoop(TransferLimits limits, int attempts, Consumer<String> say) {

    /// What is tried; it goes on where the attempt before ended.
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /// `progress` grows when an attempt that breaks has brought something.
    <T> T run(String what, LongSupplier progress, Attempt<T> attempt) throws InterruptedException {
        int failures = 0;
        while (true) {
            long before = progress.getAsLong();
            try {
                return attempt.run();
            } catch (BrokenTransferException e) {
                failures = progress.getAsLong() > before ? 1 : failures + 1;
                if (failures >= attempts) {
                    throw new HubTransferException(
                            "%s: %s; given up after %d attempts"
                                    .formatted(what, shown(reason(e)), failures),
                            e);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                Duration pause = pause(failures, e.retryAfter());
                say.accept(
                        "%s: %s; trying again in %d ms (attempt %d of %d)"
                                .formatted(
                                        what,
                                        shown(reason(e)),
                                        pause.toMillis(),
                                        failures + 1,
                                        attempts));
                Thread.sleep(pause);
            } catch (IOException e) {
                throw new HubTransferException(what + ": " + shown(reason(e)), e);
            }
        }
    }

    /// Doubles with each failure, with up to half of it more by chance, so that many do not come
    /// back at once; as long as the server asks where that is longer, within the longest pause.
    private Duration pause(int failures, Duration retryAfter) {
        Duration doubled = limits.firstPause().multipliedBy(1L << Math.min(failures - 1, 20));
        long spread = ThreadLocalRandom.current().nextLong(doubled.toMillis() / 2 + 1);
        Duration own = doubled.plusMillis(spread);
        Duration wanted = own.compareTo(retryAfter) < 0 ? retryAfter : own;
        Duration longest = limits.longestPause();
        return wanted.compareTo(longest) < 0 ? wanted : longest;
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
