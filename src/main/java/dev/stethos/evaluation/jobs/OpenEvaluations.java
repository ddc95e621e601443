package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.ItemGrader;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.jobs.EvaluationModels.OpenArms;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.FurtherSuite;
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
            StoredEvaluation evaluation, List<Part> parts, List<String> documents, OpenArms arms) {

        /// The suite that an item belongs to.
        Part partOf(int position) {
            for (Part part : parts.reversed()) {
                if (position >= part.from()) {
                    return part;
                }
            }
            throw new IllegalArgumentException("item %d".formatted(position));
        }

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

    /// One suite's items, from one position on.
    record Part(int from, List<MathProblem> problems, ItemGrader grader, TextModel text) {
        MathProblem problem(int position) {
            return problems.get(position - from);
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
        items.requireHash(suite, definition.suiteHash());
        List<Suite> further = new ArrayList<>();
        List<SelectedItems> furtherItems = new ArrayList<>();
        for (FurtherSuite other : definition.also()) {
            Suite named = Suite.named(other.suite());
            SelectedItems selected = SelectedItems.further(named, definition.limit());
            selected.requireHash(named, other.hash());
            further.add(named);
            furtherItems.add(selected);
        }
        OpenArms arms = models.open(definition);
        List<Part> parts = new ArrayList<>();
        parts.add(part(0, suite, items, arms));
        for (FurtherSuite other : definition.also()) {
            int index = parts.size() - 1;
            parts.add(part(other.from(), further.get(index), furtherItems.get(index), arms));
        }
        return new OpenEvaluation(evaluation, parts, items.documents(), arms);
    }

    private static Part part(int from, Suite suite, SelectedItems items, OpenArms arms) {
        return new Part(from, items.problems(), new ItemGrader(suite), arms.text(suite));
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
