package dev.stethos.traces;

import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.generation.Milestones;
import dev.stethos.web.ApiException;
import dev.stethos.web.RequestIds;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The span of one answer. Holds numbers and names that the server itself chose or knows, and no
/// text of the client's. The first sequences have spans of their own inside.
final class CompletionSpan {
    private static final int MOST_SEQUENCES = 16;
    private static final String PROVIDER = "stethos";
    private static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

    private final Tracer tracer;
    private final Span span;
    private final Context inside;
    private final List<String> reasons = new ArrayList<>();
    private final int choices;
    private int running;
    private long read;
    private long cached;
    private long written;

    private CompletionSpan(Tracer tracer, Span span, Context caller, int choices, int running) {
        this.tracer = tracer;
        this.span = span;
        this.inside = caller.with(span);
        this.choices = choices;
        this.running = running;
    }

    static CompletionSpan start(
            Tracer tracer, Context caller, CompletionCall call, List<Submission> submissions) {
        GenerationRequest first = submissions.getFirst().request();
        Span span =
                tracer.spanBuilder(call.operation() + " " + call.model())
                        .setParent(caller)
                        .setSpanKind(SpanKind.SERVER)
                        .setAttribute("gen_ai.operation.name", call.operation())
                        .setAttribute("gen_ai.provider.name", PROVIDER)
                        .setAttribute("gen_ai.request.model", call.model())
                        .setAttribute("gen_ai.request.max_tokens", (long) first.maxTokens())
                        .setAttribute("gen_ai.request.choice.count", (long) call.choices())
                        .setAttribute("gen_ai.request.temperature", first.sampling().temperature())
                        .setAttribute("gen_ai.request.top_p", first.sampling().topP())
                        .setAttribute("gen_ai.response.id", call.answer())
                        .setAttribute("gen_ai.response.model", call.model())
                        .setAttribute("stethos.revision", first.revision().id())
                        .setAttribute("stethos.request_id", RequestIds.of(call.http()))
                        .startSpan();
        return new CompletionSpan(tracer, span, caller, call.choices(), submissions.size());
    }

    /// The same submissions, each of which tells this span how it goes.
    List<Submission> watched(List<Submission> submissions) {
        return IntStream.range(0, submissions.size())
                .mapToObj(i -> watched(submissions.get(i), i))
                .toList();
    }

    private Submission watched(Submission submission, int index) {
        Phases phases = new Phases(index, Instant.now());
        return new Submission(
                submission.request(),
                event -> {
                    switch (event) {
                        case GenerationEvent.Finished finished -> finished(phases, finished);
                        case GenerationEvent.Failed failed -> failed(phases, failed);
                        case GenerationEvent.PromptScored scored -> {}
                        case GenerationEvent.Text text -> {}
                    }
                    submission.listener().accept(event);
                },
                phases);
    }

    private synchronized void finished(Phases phases, GenerationEvent.Finished end) {
        // A prompt counts once, however many choices it has.
        if (phases.index % choices == 0) {
            read += end.promptTokens();
            cached += end.cachedTokens();
        }
        written += end.completionTokens();
        reasons.add(end.reason().name().toLowerCase(Locale.ROOT));
        end(phases);
    }

    private synchronized void failed(Phases phases, GenerationEvent.Failed end) {
        String kind = end.cause().name().toLowerCase(Locale.ROOT);
        reasons.add("error");
        span.setAttribute("error.type", kind).setStatus(StatusCode.ERROR, kind);
        end(phases);
    }

    private void end(Phases phases) {
        phases.end();
        running--;
        if (running == 0) {
            span.setAttribute("gen_ai.usage.input_tokens", read)
                    .setAttribute("gen_ai.usage.output_tokens", written)
                    .setAttribute("gen_ai.usage.cache_read.input_tokens", cached)
                    .setAttribute(FINISH_REASONS, reasons)
                    .end();
        }
    }

    /// Nothing was submitted.
    synchronized void refused(RuntimeException problem) {
        String kind =
                problem instanceof ApiException refusal
                        ? Integer.toString(refusal.status())
                        : problem.getClass().getSimpleName();
        span.setAttribute("error.type", kind).setStatus(StatusCode.ERROR, kind).end();
    }

    /// What one sequence is at; on the device thread.
    private final class Phases implements Milestones {
        private final int index;
        private String phase = "queue";
        private Instant since;

        Phases(int index, Instant submitted) {
            this.index = index;
            this.since = submitted;
        }

        @Override
        public void started() {
            next("prefill");
        }

        @Override
        public void generating() {
            next("decode");
        }

        @Override
        public void token() {}

        private void next(String following) {
            Instant now = Instant.now();
            if (index < MOST_SEQUENCES) {
                tracer.spanBuilder(phase)
                        .setParent(inside)
                        .setStartTimestamp(since)
                        .setAttribute("stethos.sequence", (long) index)
                        .startSpan()
                        .end(now);
            }
            phase = following;
            since = now;
        }

        void end() {
            next("end");
        }
    }
}
