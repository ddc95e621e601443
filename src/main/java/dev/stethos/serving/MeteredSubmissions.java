package dev.stethos.serving;

import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.security.TokenCharge;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongFunction;

/// Charges a caller for a request's sequences: reserves what they may read and make at most, and
/// settles for what they did when the last has ended.
public final class MeteredSubmissions {
    private final TokenCharge charge;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger running;

    private MeteredSubmissions(TokenCharge charge, int count) {
        this.charge = charge;
        this.running = new AtomicInteger(count);
    }

    /// Submits unless `reserve` refuses; a submission that the engine refuses costs nothing.
    public static List<Generation> submit(
            List<Submission> submissions,
            LongFunction<TokenCharge> reserve,
            Function<List<Submission>, List<Generation>> engine) {
        long most = submissions.stream().mapToLong(each -> most(each.request())).sum();
        TokenCharge charge = reserve.apply(most);
        MeteredSubmissions metered = new MeteredSubmissions(charge, submissions.size());
        try {
            return engine.apply(submissions.stream().map(metered::metered).toList());
        } catch (RuntimeException e) {
            charge.settle(0);
            throw e;
        }
    }

    private static long most(GenerationRequest request) {
        return (long) request.prompt().length + request.maxTokens();
    }

    private Submission metered(Submission submission) {
        GenerationRequest request = submission.request();
        return new Submission(
                request,
                event -> {
                    switch (event) {
                        case GenerationEvent.Finished finished ->
                                end(finished.promptTokens() + finished.completionTokens());
                        // How far it came is not told.
                        case GenerationEvent.Failed failed -> end(request.prompt().length);
                        case GenerationEvent.PromptScored scored -> {}
                        case GenerationEvent.Text text -> {}
                    }
                    submission.listener().accept(event);
                },
                submission.milestones());
    }

    private void end(long tokens) {
        long sum = used.addAndGet(tokens);
        if (running.decrementAndGet() == 0) {
            charge.settle(sum);
        }
    }
}
