package dev.stethos.lab.experiment;

import dev.stethos.edit.TaskVector;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbRun;
import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EngineTextModel;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Revision;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.projection.EnergyRetention;
import dev.stethos.lab.projection.ProjectedTaskVector;
import dev.stethos.lab.projection.TaskMatrices;
import dev.stethos.serving.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs arms one after the other, each against the base on the same items. The base answers once;
/// an arm's weights are in memory only while it runs. With a deterministic engine the same inputs
/// give the same outcomes.
public final class Experiment {
    private final ServedModel served;
    private final TaskRevisions revisions;
    private final Suite suite;
    private final List<MathProblem> problems;
    private final List<String> documents;
    private final TextModel model;
    private final long seed;

    /// Told which arm runs, of how many, and how it did.
    public interface Watcher {
        void begin(String arm, int number, int of);

        void end(ArmOutcome outcome);
    }

    /// What is left in the engine's memory of a revision is freed with it.
    public Experiment(
            ServedModel served,
            TaskRevisions revisions,
            Suite suite,
            List<MathProblem> problems,
            List<String> documents,
            long seed) {
        this.served = served;
        this.revisions = revisions;
        this.suite = suite;
        this.problems = List.copyOf(problems);
        this.documents = List.copyOf(documents);
        this.seed = seed;
        model =
                new RememberedAnswers(
                        new EngineTextModel(served.model(), served.engine(), suite),
                        served.model().base().id());
    }

    /// Runs every arm; with `mustWork` the first also runs the base with the unworked answer
    /// forbidden, whose score stands in its subjects' results.
    public List<ArmOutcome> run(List<PlannedArm> arms, boolean mustWork, Watcher watcher) {
        List<ArmOutcome> outcomes = new ArrayList<>();
        for (PlannedArm arm : arms) {
            watcher.begin(arm.name(), outcomes.size() + 1, arms.size());
            ArmOutcome outcome = run(arm, mustWork && outcomes.isEmpty());
            outcomes.add(outcome);
            watcher.end(outcome);
        }
        return outcomes;
    }

    private ArmOutcome run(PlannedArm arm, boolean mustWork) {
        return switch (arm) {
            case PlannedArm.Raw raw -> {
                Revision revision = revisions.of(revisions.raw(raw.layers()), raw.scale());
                yield compareAndFree(raw, revision, null, mustWork);
            }
            case PlannedArm.Outside outside -> {
                TaskVector vector = revisions.outside();
                yield vector.names().isEmpty()
                        ? compare(outside, served.model().base(), null, mustWork)
                        : compareAndFree(outside, revisions.of(vector, 1), null, mustWork);
            }
            case PlannedArm.Projected projected -> {
                ProjectedTaskVector vector =
                        new ProjectedTaskVector(
                                TaskMatrices.of(revisions.raw(projected.layers())),
                                projected.directions(),
                                projected.variant(),
                                served.model().checkpoint(),
                                seed,
                                Map.of());
                Revision revision = revisions.of(vector, projected.scale());
                EnergyRetention total =
                        EnergyRetention.sum(new ArrayList<>(vector.retention().values()));
                yield compareAndFree(projected, revision, ArmOutcome.Retention.of(total), mustWork);
            }
        };
    }

    private ArmOutcome compareAndFree(
            PlannedArm arm,
            Revision revision,
            ArmOutcome.@Nullable Retention retention,
            boolean mustWork) {
        try {
            return compare(arm, revision, retention, mustWork);
        } finally {
            served.model().forget(revision);
            revision.close();
        }
    }

    private ArmOutcome compare(
            PlannedArm arm,
            Revision revision,
            ArmOutcome.@Nullable Retention retention,
            boolean mustWork) {
        AbRun run =
                new AbRun(
                        suite,
                        model,
                        new Arm("base", served.model().base(), false),
                        new Arm(arm.name(), revision, false));
        AbReport report = run.run(problems, documents, mustWork, _ -> {});
        return ArmOutcome.of(arm, report, retention);
    }
}
