package dev.stethos.lab.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which ranking's highest layers are edited, how many and at which scale: of all that was tried on
/// validation items what answers the target best. Ties go to fewer layers, then to the scale nearer
/// to 1, then to the smaller one, then to what was tried first.
public record Calibration(String target, List<Tried> tried) {
    private static final Comparator<Tried> BEST =
            Comparator.comparingDouble((Tried one) -> -one.accuracy())
                    .thenComparingInt(one -> one.layers().size())
                    .thenComparingDouble(one -> Math.abs(one.scale() - 1))
                    .thenComparingDouble(Tried::scale);

    public Calibration {
        tried = List.copyOf(tried);
        if (tried.isEmpty()) {
            throw new IllegalArgumentException("nothing was tried, allowed is one set or more");
        }
    }

    /// One ranking's set at one scale and the target's accuracy with it.
    public record Tried(String ranking, List<Integer> layers, double scale, double accuracy) {
        public Tried {
            layers = List.copyOf(layers);
        }
    }

    /// The choice.
    public Tried best() {
        return tried.stream().min(BEST).orElseThrow();
    }

    /// Tries every ranking with every number and scale; `experiment` holds validation items of the
    /// target.
    ///
    /// @param layers of the model
    public static Calibration of(
            Experiment experiment,
            List<Ranking> rankings,
            int layers,
            List<Integer> counts,
            List<Double> scales,
            String target,
            Experiment.Watcher watcher) {
        List<PlannedArm> arms = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Ranking ranking : rankings) {
            for (int count : counts) {
                for (double scale : scales) {
                    arms.add(new ArmPlan(layers, count, scale, 0).chosen(ranking));
                    names.add(ranking.name());
                }
            }
        }
        List<ArmOutcome> outcomes = experiment.run(arms, false, watcher);
        List<Tried> tried = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            ArmOutcome outcome = outcomes.get(i);
            tried.add(
                    new Tried(
                            names.get(i),
                            outcome.layers(),
                            outcome.scale(),
                            outcome.subject(target).candidate().accuracy()));
        }
        return new Calibration(target, tried);
    }
}
