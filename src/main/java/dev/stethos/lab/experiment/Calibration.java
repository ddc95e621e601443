package dev.stethos.lab.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How many layers a ranking's best set has and at which scale it is edited: of all pairs that were
/// tried on validation items the one that answers the target best. Ties go to fewer layers, then to
/// the scale nearer to 1, then to the smaller one.
public record Calibration(String target, String ranking, List<Tried> tried) {
    private static final Comparator<Tried> BEST =
            Comparator.comparingDouble((Tried one) -> -one.accuracy())
                    .thenComparingInt(one -> one.layers().size())
                    .thenComparingDouble(one -> Math.abs(one.scale() - 1))
                    .thenComparingDouble(Tried::scale);

    public Calibration {
        tried = List.copyOf(tried);
        if (tried.isEmpty()) {
            throw new IllegalArgumentException("nothing was tried, allowed is one pair or more");
        }
    }

    /// One pair and the target's accuracy with it.
    public record Tried(List<Integer> layers, double scale, double accuracy) {
        public Tried {
            layers = List.copyOf(layers);
        }
    }

    /// The choice.
    public Tried best() {
        return tried.stream().min(BEST).orElseThrow();
    }

    /// Tries every pair; `experiment` holds validation items of the target.
    ///
    /// @param layers of the model
    public static Calibration of(
            Experiment experiment,
            Ranking ranking,
            int layers,
            List<Integer> counts,
            List<Double> scales,
            String target,
            Experiment.Watcher watcher) {
        List<PlannedArm> arms = new ArrayList<>();
        for (int count : counts) {
            for (double scale : scales) {
                arms.add(new ArmPlan(layers, count, scale, 0).chosen(ranking));
            }
        }
        return new Calibration(
                target,
                ranking.name(),
                experiment.run(arms, false, watcher).stream()
                        .map(outcome ->
                                new Tried(
                                        outcome.layers(),
                                        outcome.scale(),
                                        outcome.subject(target).candidate().accuracy()))
                        .toList());
    }
}
