package dev.stethos.lab.experiment;

import dev.stethos.edit.making.TaskVector;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbRun;
import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.projection.EnergyRetention;
import dev.stethos.lab.projection.ProjectedTaskVector;
import dev.stethos.lab.projection.TaskMatrices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs arms one after the other, each against the base on the same items. The base answers once,
/// and so do arms with the same layers and scale; an arm's weights are in memory only while it
/// runs. Random sets and random directions, which are only there for their places among others on
/// the targets, are asked nothing but the targets' items. The same inputs give the same outcomes.
/// Close it before the model.
public final class Experiment implements AutoCloseable {
    private final Gemma3Model base;
    private final TaskRevisions revisions;
    private final Suite suite;
    private final List<MathProblem> problems;
    private final List<MathProblem> ofTargets;
    private final List<String> documents;
    private final BatchedAnswers model;
    private final long seed;
    private final Map<String, AbReport> known = new HashMap<>();

    /// Told which arm runs, of how many, and how it did.
    public interface Watcher {
        void begin(String arm, int number, int of);

        void end(ArmOutcome outcome);
    }

    /// @param kept what arms said is kept here and not computed again; null keeps nothing
    public Experiment(
            Gemma3Model base,
            TaskRevisions revisions,
            Suite suite,
            List<MathProblem> problems,
            List<String> documents,
            List<String> targets,
            @Nullable Path kept,
            long seed) {
        this.base = base;
        this.revisions = revisions;
        this.suite = suite;
        this.problems = List.copyOf(problems);
        this.documents = List.copyOf(documents);
        this.seed = seed;
        Map<Boolean, List<MathProblem>> groups =
                problems.stream()
                        .collect(
                                Collectors.partitioningBy(
                                        problem -> targets.contains(problem.subject())));
        ofTargets = groups.getOrDefault(true, List.of());
        model =
                new BatchedAnswers(
                        base,
                        suite,
                        List.of(ofTargets, groups.getOrDefault(false, List.of())),
                        documents,
                        new KeptAnswers(kept));
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
                String key =
                        (raw.family() == PlannedArm.Family.RANDOM)
                                + " "
                                + raw.layers()
                                + " "
                                + raw.scale()
                                + " "
                                + mustWork;
                AbReport report = known.get(key);
                if (report == null) {
                    report =
                            compareAndFree(
                                    raw,
                                    revisions.of(revisions.raw(raw.layers()), raw.scale()),
                                    mustWork);
                    known.put(key, report);
                }
                yield ArmOutcome.of(raw, report, null);
            }
            case PlannedArm.Outside outside -> {
                TaskVector vector = revisions.outside();
                AbReport report =
                        vector.names().isEmpty()
                                ? compare(outside, base.base(), mustWork)
                                : compareAndFree(outside, revisions.of(vector, 1), mustWork);
                yield ArmOutcome.of(outside, report, null);
            }
            case PlannedArm.Projected projected -> {
                ProjectedTaskVector vector =
                        new ProjectedTaskVector(
                                TaskMatrices.of(revisions.raw(projected.layers())),
                                projected.directions(),
                                projected.variant(),
                                base.checkpoint(),
                                seed,
                                Map.of());
                AbReport report =
                        compareAndFree(
                                projected, revisions.of(vector, projected.scale()), mustWork);
                EnergyRetention total =
                        EnergyRetention.sum(new ArrayList<>(vector.retention().values()));
                yield ArmOutcome.of(projected, report, ArmOutcome.Retention.of(total));
            }
        };
    }

    private AbReport compareAndFree(PlannedArm arm, Revision revision, boolean mustWork) {
        try {
            return compare(arm, revision, mustWork);
        } finally {
            model.forget(revision);
            revision.close();
        }
    }

    private AbReport compare(PlannedArm arm, Revision revision, boolean mustWork) {
        boolean chance =
                arm.family() == PlannedArm.Family.RANDOM
                        || arm.family() == PlannedArm.Family.RANDOM_DIRECTIONS;
        return new AbRun(
                        suite,
                        model,
                        new Arm("base", base.base(), false),
                        new Arm(arm.name(), revision, false))
                .run(
                        chance ? ofTargets : problems,
                        chance ? List.of() : documents,
                        mustWork,
                        _ -> {});
    }

    @Override
    public void close() {
        model.close();
    }
}
