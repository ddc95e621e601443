package dev.stethos.serving;

import dev.stethos.serving.options.ServingOptions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What is served, as meters: which revisions are resident, how long applying took, what memory
/// edited tensors take. Labels are the served name and the names of resident profiles, so they are
/// bounded.
final class ServingMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final String model;
    private final Timer apply;
    private final KnownGauges known;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<Resident, List<Meter>> residents = new HashMap<>();

    ServingMetrics(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
        apply =
                Timer.builder("stethos.profile.apply")
                        .description("Time to resolve, apply and prove a profile")
                        .register(registry);
        meters.add(apply);
        known = new KnownGauges(registry, model);
    }

    Resident timeApply(Supplier<Resident> work) {
        return java.util.Objects.requireNonNull(apply.record(work));
    }

    /// Announces a resident revision and the memory of the tensors that it owns.
    synchronized void resident(Resident resident) {
        Tags tags =
                Tags.of(
                        "model", model,
                        "profile", resident.profile(),
                        "revision", resident.revision().id());
        List<Meter> its = new ArrayList<>();
        its.add(
                Gauge.builder("stethos.revision.info", () -> 1)
                        .description("1 for every resident revision")
                        .tags(tags)
                        .register(registry));
        long bytes = resident.revision().ownedBytes();
        its.add(
                Gauge.builder("stethos.revision.owned", () -> bytes)
                        .baseUnit("bytes")
                        .description(
                                "Memory of the tensors that a revision does not share with its base")
                        .tags(Tags.of("model", model, "profile", resident.profile()))
                        .register(registry));
        residents.put(resident, its);
        tellResidents();
    }

    /// Forgets a resident revision.
    synchronized void gone(Resident resident) {
        residents.getOrDefault(resident, List.of()).forEach(registry::remove);
        residents.remove(resident);
        tellResidents();
    }

    private void tellResidents() {
        known.residents(
                residents.keySet().stream()
                        .map(Resident::profile)
                        .filter(profile -> !profile.equals(ServingOptions.BASE))
                        .distinct()
                        .sorted()
                        .toList());
    }

    /// Announces how many requests hold the active revision.
    void activeRevision(Supplier<Resident> active) {
        meters.add(
                Gauge.builder("stethos.active.pins", () -> active.get().pins())
                        .description("Requests that use the active revision")
                        .tags(Tags.of("model", model))
                        .register(registry));
    }

    @Override
    public synchronized void close() {
        residents.values().forEach(its -> its.forEach(registry::remove));
        meters.forEach(registry::remove);
        known.close();
    }
}
