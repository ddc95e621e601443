package dev.stethos.tiny;

import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.Subject;
import dev.stethos.tiny.training.CrossEntropy;
import dev.stethos.tiny.training.Sequence;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Chooses the layers to edit greedily by the cross-entropy of worked solutions on validation
/// items: the next layer is the one whose task vector, added to those chosen, lowers it most.
final class LayerSelection {
    private final TrainerProgram program;
    private final Weights base;
    private final List<Sequence> solutions;

    LayerSelection(
            TrainerProgram program,
            Weights base,
            List<MathItem> validation,
            ChatSequences sequences) {
        this.program = program;
        this.base = base;
        solutions =
                validation.stream()
                        .filter(item -> item.subject() == Subject.NUMBER_THEORY)
                        .map(sequences::solved)
                        .toList();
    }

    /// One layer chosen and the cross-entropy with it and all chosen before.
    record Step(int layer, double crossEntropy) {}

    /// At most `count` layers, fewer when another one does not help.
    List<Step> choose(Weights tuned, int count, Progress progress) {
        int layers = program.architecture().layers();
        List<Step> steps = new ArrayList<>();
        progress.begin("Choosing layers", (long) count * layers);
        double best = crossEntropy(tuned, List.of());
        for (int round = 0; round < count; round++) {
            Step step = next(tuned, steps.stream().map(Step::layer).toList());
            if (step.crossEntropy() >= best) {
                break;
            }
            best = step.crossEntropy();
            steps.add(step);
            progress.advance((round + 1L) * layers, "layer %d: %.4f".formatted(step.layer(), best));
        }
        progress.end();
        return steps;
    }

    private Step next(Weights tuned, List<Integer> chosen) {
        return IntStream.range(0, program.architecture().layers())
                .filter(layer -> !chosen.contains(layer))
                .mapToObj(layer -> {
                    List<Integer> tried = new ArrayList<>(chosen);
                    tried.add(layer);
                    return new Step(layer, crossEntropy(tuned, tried));
                })
                .min(Comparator.comparingDouble(Step::crossEntropy))
                .orElseThrow();
    }

    /// Cross-entropy drop of every layer on its own.
    List<Double> singleDrops(Weights tuned) {
        double before = crossEntropy(tuned, List.of());
        return IntStream.range(0, program.architecture().layers())
                .mapToObj(layer -> before - crossEntropy(tuned, List.of(layer)))
                .toList();
    }

    double crossEntropy(Weights tuned, List<Integer> layers) {
        try (Weights edited = program.edited(base, tuned, new TreeSet<>(layers), 1)) {
            return new CrossEntropy(program).mean(edited, solutions);
        }
    }
}
