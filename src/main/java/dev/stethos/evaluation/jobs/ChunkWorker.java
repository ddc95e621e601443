package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.Draws;
import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.jobs.OpenEvaluations.OpenEvaluation;
import dev.stethos.evaluation.jobs.OpenEvaluations.Part;
import dev.stethos.evaluation.jobs.storage.AnswerStore;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.EvaluationStore;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.evaluation.suite.MathProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Works on one chunk of an evaluation: asks both arms together what is not graded yet, grades, and
/// keeps each item as soon as it is complete. A chunk may be begun any number of times, by any
/// number of workers; what is kept is kept once.
final class ChunkWorker {
    private final EvaluationStore evaluations;
    private final AnswerStore answers;
    private final OpenEvaluations open;
    private final Consumer<StoredEvaluation> onCompletion;
    private final LongAdder graded = new LongAdder();

    /// @param onCompletion told once, by the worker that ends an evaluation
    ChunkWorker(
            EvaluationStore evaluations,
            AnswerStore answers,
            OpenEvaluations open,
            Consumer<StoredEvaluation> onCompletion) {
        this.evaluations = evaluations;
        this.answers = answers;
        this.open = open;
        this.onCompletion = onCompletion;
    }

    /// Throws [EvaluationException] when the model fails, [ArmUnavailableException] when this is
    /// not the place to work on it; nothing when the evaluation has ended.
    void work(String id, int chunk) {
        Optional<StoredEvaluation> found = evaluations.find(id);
        if (found.isEmpty() || !found.get().status().isOpen()) {
            return;
        }
        StoredEvaluation evaluation = found.get();
        int from = chunk * evaluation.definition().chunk();
        int to =
                Math.min(
                        from + evaluation.definition().chunk(),
                        evaluation.items() + evaluation.documents());
        Set<Integer> done = answers.done(evaluation, from, to);
        try {
            if (done.size() < to - from) {
                OpenEvaluation opened = open.get(evaluation);
                evaluations.start(id);
                answer(opened, from, to, done);
            }
        } catch (EvaluationException | IllegalStateException e) {
            if (isOpen(id)) {
                throw e;
            }
            return;
        }
        if (answers.done(evaluation) == evaluation.items() + evaluation.documents()
                && evaluations.end(id, EvaluationStatus.COMPLETED, null)) {
            onCompletion.accept(evaluation);
        }
    }

    /// How many items this process graded and kept.
    long graded() {
        return graded.sum();
    }

    private boolean isOpen(String id) {
        return evaluations.find(id).map(now -> now.status().isOpen()).orElse(false);
    }

    /// All of the chunk is asked before the first answer is waited for.
    private void answer(OpenEvaluation opened, int from, int to, Set<Integer> done) {
        StoredEvaluation evaluation = opened.evaluation();
        Map<Integer, List<List<CompletableFuture<Completion>>>> asked = new LinkedHashMap<>();
        Map<Integer, List<CompletableFuture<TextLoss>>> scored = new LinkedHashMap<>();
        for (int position = from; position < to; position++) {
            if (done.contains(position)) {
                continue;
            }
            if (position < evaluation.items()) {
                asked.put(position, ask(opened, position));
            } else {
                int document = position - evaluation.items();
                scored.put(document, score(opened, document));
            }
        }
        asked.forEach((position, samples) -> {
            Part part = opened.partOf(position);
            List<List<Completion>> completions = samples.stream().map(ChunkWorker::join).toList();
            if (answers.add(
                    evaluation.id(),
                    position,
                    part.grader().grade(part.problem(position), completions))) {
                graded.increment();
            }
        });
        if (!scored.isEmpty()) {
            Map<Integer, List<TextLoss>> losses = new LinkedHashMap<>();
            scored.forEach((document, ofArms) -> losses.put(document, join(ofArms)));
            answers.addLosses(evaluation.id(), losses);
        }
    }

    private static List<List<CompletableFuture<Completion>>> ask(
            OpenEvaluation opened, int position) {
        Part part = opened.partOf(position);
        MathProblem problem = part.problem(position);
        Draws draws = opened.evaluation().definition().draws();
        List<Arm> arms = opened.armsOfItems();
        List<List<CompletableFuture<Completion>>> samples = new ArrayList<>();
        for (int sample = 0; sample < draws.samples(); sample++) {
            samples.add(
                    part.text()
                            .answer(problem.problem(), arms, draws.sampling(problem.id(), sample)));
        }
        return samples;
    }

    private static List<CompletableFuture<TextLoss>> score(OpenEvaluation opened, int document) {
        List<Arm> arms = opened.armsOfItems().subList(0, 2);
        return opened.parts().getFirst().text().loss(opened.documents().get(document), arms);
    }

    private static <T> List<T> join(List<CompletableFuture<T>> futures) {
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
