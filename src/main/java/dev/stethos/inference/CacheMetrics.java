package dev.stethos.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The meters of the cache's memory and of kept prompts. The device thread writes them; closing
/// takes the gauges out of the registry.
final class CacheMetrics implements AutoCloseable {
    private final MeterRegistry meters;
    private final Counter hits;
    private final Counter misses;
    private final Counter tokens;
    private final Counter evictions;
    private final List<Meter> gauges;
    private volatile long limit = 1;
    private volatile long keptLimit;
    private volatile long granted;
    private volatile long kept;
    private volatile int waiting;

    CacheMetrics(MeterRegistry meters) {
        this.meters = meters;
        hits = counter("stethos.prefix.hits", "Prompts whose beginning was kept");
        misses = counter("stethos.prefix.misses", "Prompts whose beginning was not kept");
        tokens = counter("stethos.prefix.tokens", "Prompt tokens that were not computed again");
        evictions = counter("stethos.prefix.evictions", "Blocks of prompts that made room");
        gauges =
                List.of(
                        gauge("stethos.prefix.bytes", "What kept prompts take", m -> m.kept),
                        gauge(
                                "stethos.prefix.limit.bytes",
                                "What kept prompts may take",
                                m -> m.keptLimit),
                        gauge(
                                "stethos.kv.bytes",
                                "What running sequences may need of the KV cache",
                                m -> m.granted),
                        gauge("stethos.kv.limit.bytes", "What the KV cache may take", m -> m.limit),
                        gauge(
                                "stethos.kv.usage",
                                "Used share of the KV cache",
                                m -> (double) m.granted / m.limit),
                        gauge(
                                "stethos.kv.waiting",
                                "Sequences that wait for memory while a slot is free",
                                m -> m.waiting));
    }

    /// What the cache and kept prompts may take.
    void bounds(long cacheBytes, long keptBytes) {
        limit = cacheBytes;
        keptLimit = keptBytes;
    }

    /// A prompt was looked up and so many of its tokens were there.
    void looked(int reused) {
        if (reused > 0) {
            hits.increment();
            tokens.increment(reused);
        } else {
            misses.increment();
        }
    }

    void evicted() {
        evictions.increment();
    }

    void kept(long bytes) {
        kept = bytes;
    }

    void load(long grantedBytes, int waitingForMemory) {
        granted = grantedBytes;
        waiting = waitingForMemory;
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    private Gauge gauge(String name, String description, ToDoubleFunction<CacheMetrics> value) {
        return Gauge.builder(name, this, value).description(description).register(meters);
    }

    @Override
    public void close() {
        gauges.forEach(meters::remove);
    }
}
