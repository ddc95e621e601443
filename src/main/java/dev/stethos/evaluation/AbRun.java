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

    public AbRun(Suite suite, TextModel model, Arm baseline, Arm candidate) {
        this.suite = suite;
        this.model = model;
        this.baseline = baseline;
        this.candidate = candidate;
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
            Consumer<GradedItem> progress) {
        List<Arm> arms = new ArrayList<>(List.of(baseline, candidate));
        if (mustWork) {
            arms.add(new Arm(baseline.name(), baseline.revision(), true));
        }
        List<GradedItem> items = new ArrayList<>();
        inOrder(
                problems,
                arms.size(),
                problem -> model.answer(problem.problem(), arms),
                completions -> {
                    GradedItem item = grade(problems.get(items.size()), completions);
                    items.add(item);
                    progress.accept(item);
                });
        return AbReport.of(suite, baseline, candidate, items, controlLoss(documents));
    }

    private GradedItem grade(MathProblem problem, List<Completion> completions) {
        List<GradedAnswer> answers =
                completions.stream()
                        .map(completion -> GradedAnswer.of(suite, problem, completion))
                        .toList();
        return new GradedItem(
                problem.id(),
                problem.subject(),
                problem.problem(),
                problem.answer(),
                answers.get(0),
                answers.get(1),
                answers.size() > 2 ? answers.get(2) : null);
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
