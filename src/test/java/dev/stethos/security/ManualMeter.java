package dev.stethos.security;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Time that passes when a test says so.
final class ManualMeter implements TimeMeter {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    void pass(Duration time) {
        long _ = nanos.addAndGet(time.toNanos());
    }

    @Override
    public long currentTimeNanos() {
        return nanos.get();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
