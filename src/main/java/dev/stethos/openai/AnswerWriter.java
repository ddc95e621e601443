package dev.stethos.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.security.Caller;
import dev.stethos.serving.MeteredSubmissions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.traces.CompletionCall;
import dev.stethos.traces.Traces;
import dev.stethos.web.ApiException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;

/// What both completion endpoints do with checked requests: submit them under a pin, cancel them
/// when the client leaves, answer whole or as a stream.
@Singleton
final class AnswerWriter {
    private final ObjectMapper json;
    private final OpenAiConfig config;
    private final Traces traces;

    AnswerWriter(ObjectMapper json, OpenAiConfig config, Traces traces) {
        this.json = json;
        this.config = config;
        this.traces = traces;
    }

    /// The HTTP request that is being answered.
    record Exchange(
            ServedModel served,
            Pin pin,
            AnswerHead head,
            String operation,
            int choices,
            RoutingContext http) {
        CompletionCall call() {
            return new CompletionCall(http, operation, head.id(), head.model(), choices);
        }
    }

    Response whole(
            Exchange exchange,
            Function<Revision, List<GenerationRequest>> requests,
            Function<List<Outcome>, ?> answer) {
        try (Sequences sequences = submit(exchange, requests, Integer.MAX_VALUE)) {
            Object body = answer.apply(sequences.outcomes());
            return head(exchange, body, MediaType.APPLICATION_JSON).build();
        }
    }

    Response stream(
            Exchange exchange,
            Function<Revision, List<GenerationRequest>> requests,
            EventStream.Chunks chunks) {
        Sequences sequences = submit(exchange, requests, config.streamBuffer());
        return head(
                        exchange,
                        new EventStream(
                                sequences,
                                chunks,
                                json,
                                exchange.http().response()::writeQueueFull),
                        MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private Sequences submit(
            Exchange exchange, Function<Revision, List<GenerationRequest>> requests, int bound) {
        RoutingContext http = exchange.http();
        try {
            Sequences sequences =
                    Sequences.submit(
                            exchange.pin(),
                            requests,
                            submissions ->
                                    traces.submit(
                                            exchange.call(),
                                            submissions,
                                            watched -> charged(exchange, watched)),
                            bound,
                            () -> cutOff(http));
            http.addEndHandler(ended -> sequences.cancel());
            return sequences;
        } catch (IllegalArgumentException refusal) {
            throw new ApiException(
                    400, null, "invalid_value", String.valueOf(refusal.getMessage()));
        }
    }

    private static List<Generation> charged(Exchange exchange, List<Submission> submissions) {
        RoutingContext http = exchange.http();
        return MeteredSubmissions.submit(
                submissions,
                tokens -> Caller.of(http).reserve(http, tokens),
                exchange.served().engine()::submit);
    }

    /// Closes the connection without waiting for what the client has not read.
    private static void cutOff(RoutingContext http) {
        HttpConnection connection = http.request().connection();
        if (connection instanceof ConnectionBase channel) {
            channel.channel().close();
        } else {
            connection.close();
        }
    }

    private static Response.ResponseBuilder head(Exchange exchange, Object body, String type) {
        return Response.ok(body, type)
                .header(AnswerHead.REVISION_HEADER, exchange.head().revision());
    }
}
