package dev.stethos.evaluation.web;

import dev.stethos.evaluation.grading.AnswerEquivalence;
import dev.stethos.evaluation.grading.AnswerExtraction;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.text.ChatTemplate.Message;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.security.Caller;
import dev.stethos.serving.MeteredSubmissions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.Serving;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingConfig;
import dev.stethos.stats.MajorityVote;
import dev.stethos.traces.CompletionCall;
import dev.stethos.traces.Traces;
import dev.stethos.web.ApiException;
import dev.stethos.web.RequestIds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/// `POST /v1/math/solutions`: a problem's worked solution and its answer; of several solutions the
/// answer that most of them give.
@Path("/v1/math/solutions")
@Tag(name = "Evaluations")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class SolutionResource {
    private static final String PLACE = "{problem}";
    private static final String BOXED = PLACE + "\n\nPut the final answer in \\boxed{}.";

    private final Serving serving;
    private final String prompt;
    private final int maxTokens;
    private final Traces traces;

    SolutionResource(
            Serving serving, ServingConfig servingConfig, MathConfig config, Traces traces) {
        this.serving = serving;
        this.traces = traces;
        this.maxTokens = config.maxTokens();
        this.prompt =
                config.prompt()
                        .orElse(servingConfig.model().equals(ModelSource.EMBEDDED) ? PLACE : BOXED);
    }

    /// @param answer the one that most solutions give, the earliest of those that are level; null
    ///   when none gives one
    /// @param agreement share of the solutions that give it
    record Solved(
            String model,
            String revision,
            @Nullable String answer,
            double agreement,
            List<Solution> solutions) {}

    /// @param truncated whether the token limit cut it
    record Solution(String text, @Nullable String answer, int tokens, boolean truncated) {}

    @POST
    @Operation(
            summary = "Solve a math problem; with n, draw several and take the majority's answer")
    public RestResponse<Solved> solve(@Nullable SolutionRequest body, RoutingContext http) {
        SolutionRequest request = EvaluationRequest.required("body", body);
        String text = request.text();
        int count = request.count();
        ServedModel served = serving.model();
        String id = request.model() == null ? served.name() : request.model();
        try (Pin pin = served.pin(id)) {
            List<GenerationRequest> requests =
                    IntStream.range(0, count)
                            .mapToObj(index -> request(served, pin, request, text, index))
                            .toList();
            CompletionCall call =
                    new CompletionCall(http, CompletionCall.CHAT, RequestIds.of(http), id, count);
            List<Solution> solutions = run(served, requests, call);
            Solved solved = solved(id, pin.revision().id(), solutions);
            return RestResponse.ResponseBuilder.ok(solved)
                    .header("X-Stethos-Revision", solved.revision())
                    .build();
        }
    }

    private GenerationRequest request(
            ServedModel served, Pin pin, SolutionRequest request, String text, int index) {
        Gemma3Model model = served.model();
        int[] tokens =
                model.chatTemplate()
                        .encode(List.of(new Message("user", prompt.replace(PLACE, text))), true);
        int room = served.engine().options().maxLength() - tokens.length;
        int most = request.maxTokens() == null ? maxTokens : request.maxTokens();
        if (most < 1) {
            throw ApiException.invalidValue("max_tokens", most, "1 or more");
        }
        if (room < 1) {
            throw new ApiException(
                    400,
                    "problem",
                    "context_length_exceeded",
                    "problem: %d tokens were given, allowed are fewer than the context's %d"
                            .formatted(tokens.length, served.engine().options().maxLength()));
        }
        return new GenerationRequest(
                pin.revision(),
                tokens,
                request.sampling(index),
                Math.min(most, room),
                List.of(),
                model.generationDefaults().eosIds(),
                Set.of(),
                -1,
                false);
    }

    /// Runs all of them; a client that leaves ends them.
    private List<Solution> run(
            ServedModel served, List<GenerationRequest> requests, CompletionCall call) {
        RoutingContext http = call.http();
        List<SolutionText> texts = requests.stream().map(r -> new SolutionText()).toList();
        List<Submission> submissions =
                IntStream.range(0, requests.size())
                        .mapToObj(i -> new Submission(requests.get(i), texts.get(i)))
                        .toList();
        List<Generation> running =
                traces.submit(
                        call,
                        submissions,
                        watched ->
                                MeteredSubmissions.submit(
                                        watched,
                                        tokens -> Caller.of(http).reserve(http, tokens),
                                        served.engine()::submit));
        http.response().closeHandler(closed -> running.forEach(Generation::cancel));
        // The revision is in use until the last one has ended.
        texts.forEach(SolutionText::awaitEnd);
        return texts.stream().map(SolutionText::join).toList();
    }

    private static Solved solved(String model, String revision, List<Solution> solutions) {
        int[] votes = new int[solutions.size()];
        for (int i = 0; i < votes.length; i++) {
            votes[i] = sameAnswer(solutions, i);
        }
        MajorityVote vote = MajorityVote.of(votes);
        return new Solved(
                model,
                revision,
                vote.winner() < 0 ? null : solutions.get(vote.winner()).answer(),
                vote.agreement(),
                solutions);
    }

    /// The first solution with the same answer; -1 without an answer.
    private static int sameAnswer(List<Solution> solutions, int of) {
        String answer = solutions.get(of).answer();
        if (answer == null) {
            return -1;
        }
        return IntStream.range(0, of)
                .filter(before -> {
                    String known = solutions.get(before).answer();
                    return known != null && AnswerEquivalence.NORMALISED.equivalent(known, answer);
                })
                .findFirst()
                .orElse(of);
    }

    static Optional<String> answer(String text) {
        return AnswerExtraction.BOXED.extract(text);
    }
}
