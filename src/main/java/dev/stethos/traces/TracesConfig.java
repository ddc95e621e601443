package dev.stethos.traces;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/// Where traces go. Each has the default that OpenTelemetry's own variable of the same meaning
/// gives.
@ConfigMapping(prefix = "stethos.traces")
public interface TracesConfig {
    /// A collector's OTLP address over HTTP, such as `http://collector:4318`; nothing is traced
    /// without one.
    @WithDefault("${otel.exporter.otlp.endpoint:}")
    Optional<URI> endpoint();

    /// Headers for the collector: `name=value`, with commas between.
    @WithDefault("${otel.exporter.otlp.headers:}")
    Optional<String> headers();

    /// What this server is called in the traces.
    @WithDefault("${otel.service.name:stethos}")
    String serviceName();

    /// The share of the requests without a caller's own trace that are traced, 0 to 1. A request
    /// within a trace follows its caller's choice.
    @WithDefault("1")
    double share();
}
