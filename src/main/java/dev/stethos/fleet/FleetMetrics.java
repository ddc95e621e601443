package dev.stethos.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/// How well this pod follows the fleet's desired profile, as meters.
final class FleetMetrics {
    private final MeterRegistry registry;
    private final Counter applied;
    private final Counter failed;
    private final Counter apiFailures;

    FleetMetrics(MeterRegistry registry) {
        this.registry = registry;
        applied = rollouts("applied");
        failed = rollouts("failed");
        apiFailures =
                Counter.builder("stethos.fleet.api.failures")
                        .description("Calls that the Kubernetes API refused or did not answer")
                        .register(registry);
    }

    private Counter rollouts(String outcome) {
        return Counter.builder("stethos.fleet.rollouts")
                .description("Desired profiles that this pod tried to apply, by outcome")
                .tag("outcome", outcome)
                .register(registry);
    }

    /// Announces the two states, asked at every scrape.
    void states(BooleanSupplier watching, BooleanSupplier inSync) {
        flag("stethos.fleet.watching", "1 while the desired profile is being watched", watching);
        flag("stethos.fleet.in.sync", "1 while the desired profile is the applied one", inSync);
    }

    private void flag(String name, String description, BooleanSupplier state) {
        Gauge.builder(name, () -> state.getAsBoolean() ? 1 : 0)
                .description(description)
                .register(registry);
    }

    void applied() {
        applied.increment();
    }

    void failed() {
        failed.increment();
    }

    void apiFailed() {
        apiFailures.increment();
    }
}
