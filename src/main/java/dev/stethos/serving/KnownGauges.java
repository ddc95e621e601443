package dev.stethos.serving;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The engine's load and the resident profiles under the names and labels of vLLM, which inference
/// gateways and autoscalers look for. Each load gauge shows what our own gauge of the same meaning
/// shows.
final class KnownGauges implements AutoCloseable {
    private static final Map<String, String> NAMES =
            Map.of(
                    "vllm:num_requests_waiting", "stethos.sequences.waiting",
                    "vllm:num_requests_running", "stethos.sequences.running",
                    "vllm:kv_cache_usage_perc", "stethos.kv.usage");

    private final MeterRegistry registry;
    private final List<Meter> gauges = new ArrayList<>();
    private final MultiGauge residents;

    KnownGauges(MeterRegistry registry, String model) {
        this.registry = registry;
        Tags tags = Tags.of("model_name", model);
        NAMES.forEach((name, ours) ->
                gauges.add(
                        Gauge.builder(name, () -> value(ours))
                                .description("The same as " + ours)
                                .tags(tags)
                                .register(registry)));
        residents =
                MultiGauge.builder("vllm:lora_requests_info")
                        .description(
                                "Resident profiles; the value is when they last changed, in seconds")
                        .tags(tags)
                        .register(registry);
    }

    /// Announces the profiles in memory. There is room for one more: an idle one makes way.
    void residents(List<String> profiles) {
        double now = Instant.now().getEpochSecond();
        Tags tags =
                Tags.of(
                        "running_lora_adapters",
                        String.join(",", profiles),
                        "waiting_lora_adapters",
                        "",
                        "max_lora",
                        String.valueOf(profiles.size() + 1));
        residents.register(List.of(MultiGauge.Row.of(tags, now)), true);
    }

    private double value(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    @Override
    public void close() {
        gauges.forEach(registry::remove);
        residents.register(List.of(), true);
    }
}
