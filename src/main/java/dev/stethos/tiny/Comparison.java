package dev.stethos.tiny;

import dev.stethos.tiny.problems.Draw;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.Subject;
import dev.stethos.tiny.training.CrossEntropy;
import dev.stethos.tiny.training.Sequence;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Judges arms on the same items: the base, the tuned model, and the base with the tuned model's
/// task vector in some of its layers.
final class Comparison {
    /// A subject that loses more than this many points on validation items rules a scale out.
    private static final double TOLERATED_LOSS = 2.5;

    private static final int RANDOM_STREAM = 77;

    private final TrainerProgram program;
    private final Judge judge;
    private final ChatSequences sequences;
    private final Weights base;
    private final Weights tuned;
    private final Progress progress;

    Comparison(
            TrainerProgram program,
            Judge judge,
            ChatSequences sequences,
            Weights base,
            Weights tuned,
            Progress progress) {
        this.program = program;
        this.judge = judge;
        this.sequences = sequences;
        this.base = base;
        this.tuned = tuned;
        this.progress = progress;
    }

    /// The scale with the best number theory on validation items at which no other subject suffers;
    /// the smaller one of two that are equal.
    double chooseScale(Collection<Integer> layers, List<Double> scales, HeldOut heldOut) {
        Outcome before = outcome("base", base, heldOut.validation(), heldOut.controlValidation());
        outcome("tuned, every layer", tuned, heldOut.validation(), heldOut.controlValidation());
        double best = 1;
        double bestAccuracy = -1;
        for (double scale : scales) {
            Outcome after =
                    edited(layers, scale, heldOut.validation(), heldOut.controlValidation());
            double accuracy = after.accuracy(Subject.NUMBER_THEORY);
            if (harmless(before, after) && accuracy > bestAccuracy) {
                best = scale;
                bestAccuracy = accuracy;
            }
        }
        return best;
    }

    private static boolean harmless(Outcome before, Outcome after) {
        for (Subject subject : Subject.values()) {
            if (subject != Subject.NUMBER_THEORY
                    && after.accuracy(subject) < before.accuracy(subject) - TOLERATED_LOSS) {
                return false;
            }
        }
        return true;
    }

    /// The base first, then the tuned model, the edit and the controls, all on the test items.
    List<Outcome> test(
            Collection<Integer> layers,
            double scale,
            List<Double> singleDrops,
            HeldOut heldOut,
            long seed) {
        List<MathItem> items = heldOut.test();
        List<String> control = heldOut.controlTest();
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(outcome("base", base, items, control));
        outcomes.add(edited(layers, scale, items, control));
        outcomes.add(outcome("tuned, every layer", tuned, items, control));
        outcomes.add(workedOnly("base, unworked answer forbidden", base, items, control));
        outcomes.add(edited(lowest(layers.size(), singleDrops), scale, items, control));
        for (int i = 0; i < 3; i++) {
            outcomes.add(edited(random(layers.size(), seed, i), scale, items, control));
        }
        return outcomes;
    }

    Outcome outcome(String arm, Weights weights, List<MathItem> items, List<String> control) {
        return report(new Outcome(arm, judge.judge(weights, items), controlLoss(weights, control)));
    }

    private Outcome workedOnly(
            String arm, Weights weights, List<MathItem> items, List<String> control) {
        return report(
                new Outcome(
                        arm, judge.judgeWorkedOnly(weights, items), controlLoss(weights, control)));
    }

    private Outcome edited(
            Collection<Integer> layers, double scale, List<MathItem> items, List<String> control) {
        TreeSet<Integer> sorted = new TreeSet<>(layers);
        try (Weights weights = program.edited(base, tuned, sorted, scale)) {
            String names = sorted.stream().map(String::valueOf).collect(Collectors.joining(","));
            return outcome(
                    "layers %s at scale %s".formatted(names, scale), weights, items, control);
        }
    }

    private Outcome report(Outcome outcome) {
        progress.say(ResultTable.row(outcome));
        return outcome;
    }

    private double controlLoss(Weights weights, List<String> control) {
        List<Sequence> documents = control.stream().map(sequences::document).toList();
        return new CrossEntropy(program).mean(weights, documents);
    }

    private static List<Integer> lowest(int count, List<Double> drops) {
        return IntStream.range(0, drops.size())
                .boxed()
                .sorted(Comparator.comparing(drops::get))
                .limit(count)
                .toList();
    }

    private List<Integer> random(int count, long seed, int number) {
        Draw draw = Draw.at(seed, RANDOM_STREAM, number);
        TreeSet<Integer> layers = new TreeSet<>();
        while (layers.size() < count) {
            layers.add(draw.between(0, program.architecture().layers() - 1));
        }
        return List.copyOf(layers);
    }
}
