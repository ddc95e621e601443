package dev.stethos.traces;

import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.quarkus.runtime.Startup;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One trace span for each completion, with spans inside for each sequence's wait, prompt and
/// output. Follows the caller's `traceparent`. Without an endpoint it does nothing at all. [W3C
/// Trace Context](https://www.w3.org/TR/trace-context/), [GenAI
/// conventions](https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/)
@Singleton
@Startup
public final class Traces {
    private final @Nullable Exporting exporting;

    @Inject
    Traces(TracesConfig config) {
        this(config.endpoint().map(endpoint -> Exporting.to(endpoint, config)).orElse(null));
    }

    Traces(@Nullable Exporting exporting) {
        this.exporting = exporting;
    }

    /// Submits to the engine under a span that ends with the last sequence, or at once when the
    /// engine refuses.
    public List<Generation> submit(
            CompletionCall call,
            List<Submission> submissions,
            Function<List<Submission>, List<Generation>> engine) {
        if (exporting == null) {
            return engine.apply(submissions);
        }
        Context caller =
                W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), call.http().request(), Headers.ALL);
        CompletionSpan span = CompletionSpan.start(exporting.tracer(), caller, call, submissions);
        try {
            return engine.apply(span.watched(submissions));
        } catch (RuntimeException e) {
            span.refused(e);
            throw e;
        }
    }

    /// Sends what has ended and not been sent.
    @PreDestroy
    void close() {
        if (exporting != null) {
            exporting.close();
        }
    }

    private enum Headers implements TextMapGetter<HttpServerRequest> {
        ALL;

        @Override
        public Iterable<String> keys(HttpServerRequest request) {
            return request.headers().names();
        }

        @Override
        public @Nullable String get(@Nullable HttpServerRequest request, String name) {
            return request == null ? null : request.getHeader(name);
        }
    }
}
