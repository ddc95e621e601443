package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.ItemGrader;
import dev.stethos.evaluation.jobs.EvaluationModels.OpenArms;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The evaluations that this process works on: their arms pinned, their items read. Safe from any
/// thread.
final class OpenEvaluations implements AutoCloseable {
    private static final Duration BELIEVED = Duration.ofSeconds(20);

    private final EvaluationModels models;
    private final Map<String, OpenEvaluation> open = new HashMap<>();
    private final Map<String, Refusal> refused = new HashMap<>();
    private boolean closed;

    OpenEvaluations(EvaluationModels models) {
        this.models = models;
    }

    /// One evaluation, ready to be worked on.
    record OpenEvaluation(
            StoredEvaluation evaluation,
            List<MathProblem> problems,
            List<String> documents,
            ItemGrader grader,
            OpenArms arms) {

        /// The arms in the order of their answers.
        List<Arm> armsOfItems() {
            List<Arm> all = new ArrayList<>(List.of(arms.baseline(), arms.candidate()));
            if (evaluation.definition().banUnworked()) {
                Arm baseline = arms.baseline();
                all.add(new Arm(baseline.name(), baseline.revision(), true));
            }
            return all;
        }
    }

    /// Why an evaluation is not for this process, and until when that is believed.
    private record Refusal(ArmUnavailableException reason, long untilNanos) {}

    /// Opens it the first time. Throws [ArmUnavailableException] when its arms or its suite are not
    /// here as they were when it was made.
    synchronized OpenEvaluation get(StoredEvaluation evaluation) {
        if (closed) {
            throw new EvaluationException("evaluation " + evaluation.id() + ": stopping");
        }
        OpenEvaluation known = open.get(evaluation.id());
        if (known != null) {
            return known;
        }
        Refusal before = refused.get(evaluation.id());
        if (before != null && before.untilNanos() - System.nanoTime() > 0) {
            throw before.reason();
        }
        try {
            OpenEvaluation opened = open(evaluation);
            open.put(evaluation.id(), opened);
            refused.remove(evaluation.id());
            return opened;
        } catch (ArmUnavailableException e) {
            refused.put(evaluation.id(), new Refusal(e, System.nanoTime() + BELIEVED.toNanos()));
            throw e;
        }
    }

    private OpenEvaluation open(StoredEvaluation evaluation) {
        EvaluationDefinition definition = evaluation.definition();
        Suite suite = Suite.named(definition.suite());
        SelectedItems items =
                SelectedItems.of(
                        suite,
                        definition.subjects(),
                        definition.limit(),
                        definition.controlDocuments());
        if (!items.hash().equals(definition.suiteHash())) {
            throw new ArmUnavailableException(
                    "suite %s: it was %s when the evaluation was made and is %s here"
                            .formatted(suite.name(), definition.suiteHash(), items.hash()));
        }
        return new OpenEvaluation(
                evaluation,
                items.problems(),
                items.documents(),
                new ItemGrader(suite),
                models.open(definition, suite));
    }

    /// Closes those for which there is nothing left to do; what they are at fails.
    void closeUnless(Predicate<String> stillOpen) {
        for (String id : ids()) {
            if (!stillOpen.test(id)) {
                close(id);
            }
        }
    }

    /// Closes one, if it is open here.
    void close(String id) {
        OpenEvaluation ended;
        synchronized (this) {
            ended = open.remove(id);
        }
        if (ended != null) {
            ended.arms().close();
        }
    }

    /// How many this process works on.
    synchronized int count() {
        return open.size();
    }

    private synchronized List<String> ids() {
        return List.copyOf(open.keySet());
    }

    /// Closes all and opens none any more.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        ids().forEach(this::close);
    }
}
