package dev.stethos.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Cause;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.web.ApiException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Traces of requests over real HTTP whose sequences go as the test says.
class TracesTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String MODEL = "tiny-gemma-3";

    private final Vertx vertx = Vertx.vertx();
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static TracesConfig config(Map<String, String> given) {
        return new SmallRyeConfigBuilder()
                .withMapping(TracesConfig.class)
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(given, "test", 100))
                .build()
                .getConfigMapping(TracesConfig.class);
    }

    private Traces recording(Map<String, String> given) {
        return new Traces(
                new Exporting(SimpleSpanProcessor.create(new Recorder(spans)), config(given)));
    }

    private static Submission sequence() {
        GenerationRequest request =
                new GenerationRequest(
                        Revision.base("0123456789abcdef", Map.of()),
                        new int[] {1, 2, 3},
                        SamplingParams.GREEDY,
                        10,
                        List.of("a secret"),
                        Set.of(),
                        Set.of(),
                        -1,
                        false);
        return new Submission(request, event -> {});
    }

    private static List<Generation> finish(List<Submission> submissions) {
        for (Submission each : submissions) {
            each.milestones().started();
            each.milestones().generating();
            each.listener().accept(new GenerationEvent.Text("a secret", List.of(), List.of()));
            each.listener().accept(new GenerationEvent.Finished(FinishReason.STOP, 3, 4, 2));
        }
        return List.of();
    }

    /// Two choices for one prompt, in one request with these headers.
    private int ask(
            Traces traces, Function<List<Submission>, List<Generation>> engine, String... headers)
            throws IOException, InterruptedException {
        Router router = Router.router(vertx);
        router.route()
                .handler(http -> {
                    CompletionCall call =
                            new CompletionCall(http, CompletionCall.CHAT, "chatcmpl-1", MODEL, 2);
                    int status = 200;
                    try {
                        List<Generation> _ =
                                traces.submit(call, List.of(sequence(), sequence()), engine);
                    } catch (ApiException e) {
                        status = e.status();
                    }
                    http.response().setStatusCode(status).end();
                });
        HttpServer server =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort()));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private SpanData named(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void aCompletionIsOneSpanWithThePhasesOfItsSequencesInside() throws Exception {
        assertThat(ask(recording(Map.of()), TracesTest::finish)).isEqualTo(200);
        SpanData whole = named("chat " + MODEL);
        assertThat(whole.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(whole.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("gen_ai.operation.name"), "chat")
                .containsEntry(AttributeKey.stringKey("gen_ai.provider.name"), "stethos")
                .containsEntry(AttributeKey.stringKey("gen_ai.request.model"), MODEL)
                .containsEntry(AttributeKey.stringKey("gen_ai.response.id"), "chatcmpl-1")
                .containsEntry(AttributeKey.longKey("gen_ai.usage.input_tokens"), 3L)
                .containsEntry(AttributeKey.longKey("gen_ai.usage.output_tokens"), 8L)
                .containsEntry(AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens"), 2L)
                .containsEntry(
                        AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"),
                        List.of("stop", "stop"))
                .containsEntry(AttributeKey.stringKey("stethos.revision"), "0123456789abcdef");
        assertThat(spans)
                .extracting(SpanData::getName)
                .containsExactly(
                        "queue",
                        "prefill",
                        "decode",
                        "queue",
                        "prefill",
                        "decode",
                        whole.getName());
        for (SpanData inside : spans.subList(0, 6)) {
            assertThat(inside.getParentSpanId()).isEqualTo(whole.getSpanId());
            assertThat(inside.getStartEpochNanos()).isLessThanOrEqualTo(inside.getEndEpochNanos());
        }
        assertThat(spans.get(1).getStartEpochNanos()).isEqualTo(spans.get(0).getEndEpochNanos());
        assertThat(spans.toString()).doesNotContain("secret");
    }

    @Test
    void theCallersTraceGoesOnAndItsChoiceIsKept() throws Exception {
        Traces traces = recording(Map.of("stethos.traces.share", "0"));
        assertThat(ask(traces, TracesTest::finish)).isEqualTo(200);
        ask(traces, TracesTest::finish, "traceparent", "00-" + TRACE + "-b7ad6b7169203331-00");
        ask(traces, TracesTest::finish, "traceparent", "garbage");
        assertThat(spans).isEmpty();
        ask(traces, TracesTest::finish, "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
        SpanData whole = named("chat " + MODEL);
        assertThat(whole.getTraceId()).isEqualTo(TRACE);
        assertThat(whole.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    }

    @Test
    void failuresAndRefusalsEndTheSpanAsErrors() throws Exception {
        Traces traces = recording(Map.of());
        ask(
                traces,
                submissions -> {
                    submissions
                            .getFirst()
                            .listener()
                            .accept(new GenerationEvent.Failed(Cause.DEADLINE, "a secret"));
                    return finish(submissions.subList(1, 2));
                });
        assertThat(named("chat " + MODEL).getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("error.type"), "deadline");
        spans.clear();
        int status =
                ask(
                        traces,
                        submissions -> {
                            throw new ApiException(429, null, null, "a secret");
                        });
        assertThat(status).isEqualTo(429);
        assertThat(spans).hasSize(1);
        assertThat(named("chat " + MODEL).getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("error.type"), "429");
        assertThat(spans.toString()).doesNotContain("secret");
    }

    @Test
    void withoutAnEndpointTheEngineGetsWhatWasSubmitted() throws Exception {
        assertThat(config(Map.of()).endpoint()).isEmpty();
        Traces off = new Traces(config(Map.of()));
        ask(
                off,
                submissions -> {
                    assertThat(submissions)
                            .allSatisfy(each ->
                                    assertThat(each.milestones().getClass().getPackageName())
                                            .isEqualTo("dev.stethos.inference"));
                    return finish(submissions);
                });
        off.close();
    }

    @Test
    void aCollectorGetsTheSpansOverHttp() throws Exception {
        try (TraceReceiver collector = new TraceReceiver()) {
            Traces traces =
                    new Traces(
                            config(
                                    Map.of(
                                            "otel.exporter.otlp.endpoint",
                                                    collector.address().toString(),
                                            "otel.exporter.otlp.headers", "x-tenant=a, x-b=c=d",
                                            "otel.service.name", "math")));
            ask(traces, TracesTest::finish);
            traces.close();
            assertThat(collector.hasReceived()).isTrue();
            assertThat(collector.head().toLowerCase(Locale.ROOT))
                    .contains("post", "application/x-protobuf", "x-tenant=[a]", "x-b=[c=d]");
            assertThat(collector.text())
                    .contains("service.name", "math", "chat " + MODEL, "gen_ai.usage.output_tokens")
                    .contains("queue", "prefill", "decode")
                    .doesNotContain("secret");
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedByName() {
        for (String endpoint : List.of("collector:4317", "file:///tmp/x", "http:///x")) {
            TracesConfig wrong = config(Map.of("stethos.traces.endpoint", endpoint));
            assertThatThrownBy(() -> new Traces(wrong))
                    .isInstanceOf(TracesException.class)
                    .hasMessageContaining("stethos.traces.endpoint: " + endpoint);
        }
        for (Map.Entry<String, String> wrong :
                Map.of("stethos.traces.share", "2", "stethos.traces.headers", "x").entrySet()) {
            TracesConfig given =
                    config(
                            Map.of(
                                    "stethos.traces.endpoint",
                                    "http://127.0.0.1:1",
                                    wrong.getKey(),
                                    wrong.getValue()));
            assertThatThrownBy(() -> new Traces(given))
                    .isInstanceOf(TracesException.class)
                    .hasMessageContaining(wrong.getKey());
        }
    }

    /// Keeps what ends.
    private record Recorder(List<SpanData> spans) implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> ended) {
            boolean _ = spans.addAll(ended);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
