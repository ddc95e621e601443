package dev.stethos.traces;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// OpenTelemetry's machinery: spans are gathered and sent in the background; what a collector does
/// not take is dropped, and said in the log.
final class Exporting implements AutoCloseable {
    private static final int SECONDS_TO_END = 5;

    private final SdkTracerProvider provider;

    Exporting(SpanProcessor spans, TracesConfig config) {
        Sampler fresh = Sampler.traceIdRatioBased(share(config.share()));
        Attributes about =
                Attributes.of(
                        AttributeKey.stringKey("service.name"), config.serviceName(),
                        AttributeKey.stringKey("service.instance.id"),
                                UUID.randomUUID().toString());
        this.provider =
                SdkTracerProvider.builder()
                        .setResource(Resource.getDefault().merge(Resource.create(about)))
                        .setSampler(Sampler.parentBased(fresh))
                        .addSpanProcessor(spans)
                        .build();
    }

    static Exporting to(URI endpoint, TracesConfig config) {
        String scheme = String.valueOf(endpoint.getScheme());
        if (endpoint.getHost() == null || !scheme.matches("https?")) {
            throw new TracesException(
                    "stethos.traces.endpoint: %s was given, allowed is an http or https address"
                            .formatted(endpoint));
        }
        OtlpHttpSpanExporterBuilder exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(endpoint.toString().replaceFirst("/$", "") + "/v1/traces");
        for (String header : config.headers().orElse("").split(",", -1)) {
            int middle = header.indexOf('=');
            if (middle > 0) {
                OtlpHttpSpanExporterBuilder _ =
                        exporter.addHeader(
                                header.substring(0, middle).strip(),
                                header.substring(middle + 1).strip());
            } else if (!header.isBlank()) {
                throw new TracesException(
                        "stethos.traces.headers: allowed is name=value, with commas between");
            }
        }
        return new Exporting(BatchSpanProcessor.builder(exporter.build()).build(), config);
    }

    private static double share(double given) {
        if (given >= 0 && given <= 1) {
            return given;
        }
        throw new TracesException(
                "stethos.traces.share: %s was given, allowed is 0 to 1".formatted(given));
    }

    Tracer tracer() {
        return provider.get("dev.stethos");
    }

    @Override
    public void close() {
        CompletableResultCode _ = provider.shutdown().join(SECONDS_TO_END, TimeUnit.SECONDS);
    }
}
