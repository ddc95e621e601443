package dev.stethos.lab.experiment;

import dev.stethos.lab.experiment.PlannedArm.Family;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Which arms answer the paper's questions with `count` layers: all layers, what is outside of
/// them, the top and bottom of every ranking, random sets, and projections at several ranks with
/// random-direction twins, over all layers and within the chosen ones. Sets of layers are edited at
/// `scale`; the whole vector and its projections at 1. The same inputs give the same plan.
public final class ArmPlan {
    private final int layers;
    private final int count;
    private final double scale;
    private final long seed;

    public ArmPlan(int layers, int count, double scale, long seed) {
        if (count < 1 || count > layers) {
            throw new IllegalArgumentException(
                    "%d layers, allowed are 1 to %d".formatted(count, layers));
        }
        if (!(scale > 0) || !Double.isFinite(scale)) {
            throw new IllegalArgumentException("scale %s, allowed is more than 0".formatted(scale));
        }
        this.layers = layers;
        this.count = count;
        this.scale = scale;
        this.seed = seed;
    }

    /// The name of the arm that edits a ranking's highest layers.
    public static String nameOf(int count, Ranking ranking) {
        return "raw, top %d by %s".formatted(count, ranking.name());
    }

    /// The raw arms; the first ranking's lowest layers are the bottom control.
    public List<PlannedArm> raw(List<Ranking> rankings, int randomSets) {
        List<PlannedArm> arms = new ArrayList<>();
        arms.add(
                new PlannedArm.Raw(
                        "raw, all layers",
                        Family.ALL,
                        IntStream.range(0, layers).boxed().toList(),
                        1));
        arms.add(new PlannedArm.Outside("embedding and final norm only"));
        for (Ranking ranking : rankings) {
            arms.add(chosen(ranking));
        }
        if (!rankings.isEmpty()) {
            Ranking first = rankings.getFirst();
            arms.add(
                    new PlannedArm.Raw(
                            "raw, bottom %d by %s".formatted(count, first.name()),
                            Family.BOTTOM,
                            first.bottom(count),
                            scale));
        }
        arms.addAll(random(randomSets));
        return arms;
    }

    /// The arm that edits a ranking's highest layers.
    PlannedArm chosen(Ranking ranking) {
        return new PlannedArm.Raw(nameOf(count, ranking), Family.CHOSEN, ranking.top(count), scale);
    }

    /// Distinct random sets, as many as there are or are asked for.
    private List<PlannedArm> random(int sets) {
        Random random = new Random(seed);
        TreeSet<String> seen = new TreeSet<>();
        List<PlannedArm> arms = new ArrayList<>();
        for (int draw = 0; draw < 100 * sets && arms.size() < sets; draw++) {
            List<Integer> all = new ArrayList<>(IntStream.range(0, layers).boxed().toList());
            Collections.shuffle(all, random);
            List<Integer> drawn = all.subList(0, count).stream().sorted().toList();
            if (seen.add(drawn.toString())) {
                arms.add(
                        new PlannedArm.Raw(
                                "raw, random %d, draw %d".formatted(count, arms.size() + 1),
                                Family.RANDOM,
                                drawn,
                                scale));
            }
        }
        return arms;
    }

    /// Projections onto the first `k` of every layer's directions, best first, and their twins.
    public List<PlannedArm> projected(
            List<DecoderDirections> directions, List<Integer> ranks, List<Integer> chosen) {
        List<PlannedArm> arms = new ArrayList<>();
        for (int k : ranks) {
            List<DecoderDirections> some = directions.stream().map(one -> first(one, k)).toList();
            arms.add(
                    new PlannedArm.Projected(
                            "projected, k = " + k, Family.PROJECTED, some, Variant.RESIDUAL, 1));
            arms.add(
                    new PlannedArm.Projected(
                            "random directions, k = " + k,
                            Family.RANDOM_DIRECTIONS,
                            some.stream().map(this::twin).toList(),
                            Variant.RESIDUAL,
                            1));
            List<DecoderDirections> within =
                    some.stream().filter(one -> chosen.contains(one.layer())).toList();
            if (!within.isEmpty()) {
                arms.add(
                        new PlannedArm.Projected(
                                "hybrid, layers %s, k = %d".formatted(chosen, k),
                                Family.HYBRID,
                                within,
                                Variant.RESIDUAL,
                                scale));
            }
        }
        return arms;
    }

    private static DecoderDirections first(DecoderDirections directions, int k) {
        if (k < 1 || k > directions.rows().length) {
            throw new IllegalArgumentException(
                    "k = %d, layer %d has %d directions"
                            .formatted(k, directions.layer(), directions.rows().length));
        }
        return new DecoderDirections(directions.layer(), Arrays.copyOf(directions.rows(), k));
    }

    private DecoderDirections twin(DecoderDirections directions) {
        Random random = new Random(seed * 7919 + directions.layer());
        float[][] rows = new float[directions.rows().length][directions.width()];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return new DecoderDirections(directions.layer(), rows);
    }
}
