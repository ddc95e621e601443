package dev.stethos.evaluation;

import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A paired A/B evaluation: every arm answers the same items through the same model, item by item
/// interleaved, so whatever else happens in between happens to all of them.
public final class AbRun {
    private final Suite suite;
    private final TextModel model;
    private final Arm baseline;
    private final Arm candidate;
    private final Draws draws;

    /// Of one greedy answer of each arm to each item.
    public AbRun(Suite suite, TextModel model, Arm baseline, Arm candidate) {
        this(suite, model, baseline, candidate, Draws.GREEDY);
    }

    public AbRun(Suite suite, TextModel model, Arm baseline, Arm candidate, Draws draws) {
        this.suite = suite;
        this.model = model;
        this.baseline = baseline;
        this.candidate = candidate;
        this.draws = draws;
    }

    /// Answers all problems, scores all documents and compares. `progress` is told each item, in
    /// order, on the calling thread. Throws [EvaluationException] when the model fails.
    ///
    /// @param mustWork whether a third arm answers too: the baseline with the unworked answer
    ///   forbidden
    public AbReport run(
            List<MathProblem> problems,
            List<String> documents,
            boolean mustWork,
            Consumer<SampledItem> progress) {
        List<Arm> arms = new ArrayList<>(List.of(baseline, candidate));
        if (mustWork) {
            arms.add(new Arm(baseline.name(), baseline.revision(), true));
        }
        ItemGrader grader = new ItemGrader(suite);
        List<GradedItem> items = new ArrayList<>();
        inOrder(
                problems,
                arms.size() * draws.samples(),
                problem -> ask(problem, arms),
                completions -> {
                    MathProblem problem = problems.get(items.size());
                    SampledItem item =
                            SampledItem.of(
                                    items.size(),
                                    problem,
                                    grader.grade(problem, bySample(completions, arms.size())));
                    items.add(item.graded());
                    progress.accept(item);
                });
        return AbReport.of(suite, baseline, candidate, items, controlLoss(documents));
    }

    /// Every sample of every arm, by sample and by arm within a sample.
    private List<CompletableFuture<Completion>> ask(MathProblem problem, List<Arm> arms) {
        List<CompletableFuture<Completion>> asked = new ArrayList<>();
        for (int sample = 0; sample < draws.samples(); sample++) {
            asked.addAll(
                    model.answer(problem.problem(), arms, draws.sampling(problem.id(), sample)));
        }
        return asked;
    }

    private static List<List<Completion>> bySample(List<Completion> completions, int arms) {
        List<List<Completion>> samples = new ArrayList<>();
        for (int first = 0; first < completions.size(); first += arms) {
            samples.add(completions.subList(first, first + arms));
        }
        return samples;
    }

    private @Nullable ControlLoss controlLoss(List<String> documents) {
        if (documents.isEmpty()) {
            return null;
        }
        List<TextLoss> ofBaseline = new ArrayList<>();
        List<TextLoss> ofCandidate = new ArrayList<>();
        List<Arm> arms = List.of(baseline, candidate);
        inOrder(
                documents,
                arms.size(),
                document -> model.loss(document, arms),
                losses -> {
                    ofBaseline.add(losses.get(0));
                    ofCandidate.add(losses.get(1));
                });
        return ControlLoss.of(ofBaseline, ofCandidate);
    }

    /// Asks for input after input, so many that the model stays busy, and hands on the results in
    /// the inputs' order.
    private <I, R> void inOrder(
            List<I> inputs,
            int sequencesEach,
            Function<I, List<CompletableFuture<R>>> ask,
            Consumer<List<R>> each) {
        Deque<List<CompletableFuture<R>>> asked = new ArrayDeque<>();
        int together = Math.max(1, model.sequencesInFlight() / sequencesEach);
        for (I input : inputs) {
            if (asked.size() == together) {
                each.accept(join(asked.remove()));
            }
            asked.add(ask.apply(input));
        }
        while (!asked.isEmpty()) {
            each.accept(join(asked.remove()));
        }
    }

    private static <R> List<R> join(List<CompletableFuture<R>> futures) {
        try {
            return futures.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EvaluationException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
