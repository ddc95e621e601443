package dev.stethos.inference;

import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The engine's meters. The device thread writes them; gauges show the state after the last step.
/// Closing takes the gauges out of the registry.
final class EngineMetrics implements AutoCloseable {
    private static final Duration[] FIRST_TOKEN_BUCKETS =
            millis(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);
    private static final Duration[] NEXT_TOKEN_BUCKETS =
            millis(1, 2, 5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1_000, 2_500);

    private final MeterRegistry meters;
    private final Timer firstToken;
    private final Timer nextToken;
    private final Timer queueTime;
    private final Counter promptTokens;
    private final Counter generatedTokens;
    private final Counter preempted;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final List<Meter> gauges;
    private final CacheMetrics cache;
    private volatile int running;
    private volatile int waiting;

    EngineMetrics(MeterRegistry meters) {
        this.meters = meters;
        cache = new CacheMetrics(meters);
        firstToken =
                timer(
                        "stethos.time.to.first.token",
                        "From a sequence's submission to its first token",
                        FIRST_TOKEN_BUCKETS);
        nextToken =
                timer(
                        "stethos.inter.token.latency",
                        "Between two tokens of a sequence",
                        NEXT_TOKEN_BUCKETS);
        queueTime =
                timer(
                        "stethos.queue.time",
                        "From a sequence's submission to its first step",
                        FIRST_TOKEN_BUCKETS);
        promptTokens = counter("stethos.prompt.tokens", "Prompt tokens computed");
        generatedTokens = counter("stethos.generated.tokens", "Tokens generated");
        preempted =
                counter(
                        "stethos.sequences.preempted",
                        "Times that a background sequence gave its slot to an interactive one");
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("stethos.sequences.finished")
                            .description("Sequences that ended, by outcome")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        gauges =
                List.of(
                        gauge(
                                "stethos.sequences.running",
                                "Sequences that have a slot",
                                m -> m.running),
                        gauge(
                                "stethos.sequences.waiting",
                                "Sequences that wait for a slot",
                                m -> m.waiting));
    }

    /// Those of the cache.
    CacheMetrics cache() {
        return cache;
    }

    void started(long nanosInQueue) {
        queueTime.record(nanosInQueue, TimeUnit.NANOSECONDS);
    }

    void prefilled(int tokens) {
        promptTokens.increment(tokens);
    }

    void firstToken(long nanosSinceSubmission) {
        generatedTokens.increment();
        firstToken.record(nanosSinceSubmission, TimeUnit.NANOSECONDS);
    }

    void nextToken(long nanosSinceLast) {
        generatedTokens.increment();
        nextToken.record(nanosSinceLast, TimeUnit.NANOSECONDS);
    }

    void ended(Outcome outcome) {
        Counter counter = outcomes.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    void preempted() {
        preempted.increment();
    }

    void load(Scheduler scheduler) {
        running = scheduler.running().size();
        waiting = scheduler.waitingCount();
    }

    private Timer timer(String name, String description, Duration[] buckets) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .register(meters);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    private Gauge gauge(String name, String description, ToDoubleFunction<EngineMetrics> value) {
        return Gauge.builder(name, this, value).description(description).register(meters);
    }

    /// How a sequence ended.
    enum Outcome {
        STOP,
        LENGTH,
        CANCELLED,
        DEADLINE,
        FAILED;

        static Outcome of(FinishReason reason) {
            return switch (reason) {
                case STOP -> STOP;
                case LENGTH -> LENGTH;
                case CANCELLED -> CANCELLED;
            };
        }
    }

    private static Duration[] millis(int... millis) {
        Duration[] durations = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            durations[i] = Duration.ofMillis(millis[i]);
        }
        return durations;
    }

    @Override
    public void close() {
        gauges.forEach(meters::remove);
        cache.close();
    }
}
