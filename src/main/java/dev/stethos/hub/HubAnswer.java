package dev.stethos.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// An answer whose body is being read by one thread. A body that brings nothing for the stall time
/// is closed, and reading it fails.
final class HubAnswer implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final String from;
    private final long stallNanos;
    private final ScheduledFuture<?> watch;
    private volatile long lastCame = System.nanoTime();
    private volatile boolean stalled;

    HubAnswer(
            HttpResponse<InputStream> response, Duration stall, ScheduledExecutorService watches) {
        this.response = response;
        from = AllowedHosts.origin(response.uri());
        stallNanos = stall.toNanos();
        long interval = Math.max(1, stallNanos / 4);
        watch =
                watches.scheduleWithFixedDelay(
                        this::closeWhenStalled, interval, interval, TimeUnit.NANOSECONDS);
    }

    int status() {
        return response.statusCode();
    }

    HttpHeaders headers() {
        return response.headers();
    }

    String header(String name) {
        return headers().firstValue(name).orElse("");
    }

    /// Scheme, host and port that answered.
    String from() {
        return from;
    }

    /// Reads what there is, at least a byte; -1 at the end.
    int read(byte[] buffer) throws BrokenTransferException {
        try {
            int count = response.body().read(buffer);
            lastCame = System.nanoTime();
            if (stalled) {
                throw stall();
            }
            return count;
        } catch (BrokenTransferException e) {
            throw e;
        } catch (IOException e) {
            throw stalled
                    ? stall()
                    : new BrokenTransferException("the connection to %s broke".formatted(from), e);
        }
    }

    /// The whole body, refused when it is longer than `most` bytes.
    byte[] bytes(int most) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int count = read(buffer); count >= 0; count = read(buffer)) {
            if (count > most - all.size()) {
                throw new IOException(
                        "%s answers with more than the %d bytes that are allowed"
                                .formatted(from, most));
            }
            all.write(buffer, 0, count);
        }
        return all.toByteArray();
    }

    private void closeWhenStalled() {
        if (System.nanoTime() - lastCame > stallNanos) {
            stalled = true;
            closeBody();
        }
    }

    private BrokenTransferException stall() {
        return new BrokenTransferException(
                "%s sent nothing for %d ms".formatted(from, stallNanos / 1_000_000));
    }

    private void closeBody() {
        try {
            response.body().close();
        } catch (IOException _) {
            // The body is given up either way.
        }
    }

    @Override
    public void close() {
        watch.cancel(false);
        closeBody();
    }
}
