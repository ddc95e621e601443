package dev.stethos.cli.lab;

import dev.stethos.lab.diagnosis.DiagnosisReport;
import dev.stethos.lab.diagnosis.LayerChoice;
import dev.stethos.lab.diagnosis.LayerDiagnosis;
import dev.stethos.lab.diagnosis.MemoryBudget;
import dev.stethos.lab.diagnosis.PermutationTest;
import dev.stethos.lab.diagnosis.Specificity;
import dev.stethos.lab.diagnosis.SplitHalf;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how layers are scored and chosen.
final class DiagnosisOptions {
    private static final List<String> LETTERS = List.of("A", "B", "C", "C'", "D");
    private static final String LOSS = "loss";

    @Option(
            names = "--choose-by",
            paramLabel = "A|B|C|C'|D|loss",
            defaultValue = "A",
            description =
                    "The score whose z chooses the layers, or the drop of the solutions' loss. Default: ${DEFAULT-VALUE}")
    private String chosen = "A";

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "4",
            description = "Choose the K layers with the highest z. Default: ${DEFAULT-VALUE}")
    private int top = 4;

    @Option(
            names = "--above",
            paramLabel = "Z",
            description = "Choose every layer whose z is higher than this, instead.")
    private @Nullable Double above;

    @Option(
            names = "--entropy-exponent",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "For A: how much latents of all subjects are preferred; 0 is the total variation distance. Default: ${DEFAULT-VALUE}")
    private double exponent = 1;

    @Option(
            names = "--frequency",
            paramLabel = "X",
            defaultValue = "0.01",
            description =
                    "For B: latents that fire at least so often on math, less on control text. Default: ${DEFAULT-VALUE}")
    private double frequency = 0.01;

    @Option(
            names = "--separating",
            paramLabel = "K",
            defaultValue = "50",
            description = "For C: the mean is of so many latents. Default: ${DEFAULT-VALUE}")
    private int separating = 50;

    @Option(
            names = "--downstream",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "For D: so many layers from the edited one on listen. Default: ${DEFAULT-VALUE}")
    private int downstream = 4;

    @Option(
            names = "--target",
            paramLabel = "SUBJECT",
            defaultValue = "Number Theory",
            description = "The subject of the solutions' loss. Default: ${DEFAULT-VALUE}")
    private String target = "Number Theory";

    @Option(
            names = "--permutations",
            paramLabel = "N",
            defaultValue = "100",
            description = "Draws of labels for every z. Default: ${DEFAULT-VALUE}")
    private int permutations = 100;

    @Option(
            names = "--splits",
            paramLabel = "N",
            defaultValue = "5",
            description = "Split halves for every reliability. Default: ${DEFAULT-VALUE}")
    private int splits = 5;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides every draw. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--memory",
            paramLabel = "N(MB|GB)",
            defaultValue = "4GB",
            description =
                    "What may be taken beside the model's weights: as many layers go through the model together as fit. Changes no result. Default: ${DEFAULT-VALUE}")
    private String memory = "4GB";

    @Option(
            names = "--latents",
            paramLabel = "K",
            defaultValue = "32",
            description = "For --directions: so many latents a layer. Default: ${DEFAULT-VALUE}")
    private int latents = 32;

    /// The defaults but for these.
    static DiagnosisOptions of(String target, int top, int latents, int permutations, long seed) {
        DiagnosisOptions options = new DiagnosisOptions();
        options.target = target;
        options.top = top;
        options.latents = latents;
        options.permutations = permutations;
        options.seed = seed;
        return options;
    }

    /// Refuses what does not go together.
    void check(boolean withTuned) {
        String _ = chosen(withTuned);
        LayerChoice _ = choice();
        MemoryBudget _ = memory();
    }

    MemoryBudget memory() {
        return MemoryBudget.parse(memory);
    }

    /// @param together layers that go through the model together
    LayerDiagnosis.Settings settings(int together) {
        return new LayerDiagnosis.Settings(
                scores(),
                new PermutationTest(permutations, seed),
                new SplitHalf(splits, seed),
                together);
    }

    private List<Specificity> scores() {
        return List.of(
                new Specificity.ProfileContrast(exponent),
                new Specificity.GatedMass(frequency),
                new Specificity.Separation(separating),
                new Specificity.MaxMin());
    }

    /// What chooses, as a [DiagnosisReport] names it.
    String chosen(boolean withTuned) {
        boolean tuned = chosen.equals("D") || chosen.equals(LOSS);
        if (!(LETTERS.contains(chosen) || chosen.equals(LOSS)) || (tuned && !withTuned)) {
            throw new IllegalArgumentException(
                    "--choose-by: '%s' was given, allowed are %s and %s; D and %s need --tuned"
                            .formatted(chosen, LETTERS, LOSS, LOSS));
        }
        return chosen.equals(LOSS) ? DiagnosisReport.LOSS_DROP : chosen;
    }

    /// The score that ranks latents; what has none of its own takes A's.
    Specificity latentScore(boolean withTuned) {
        String letter = chosen(withTuned);
        return scores().stream()
                .filter(score -> score.letter().equals(letter))
                .findFirst()
                .orElse(new Specificity.ProfileContrast(exponent));
    }

    LayerChoice choice() {
        return above == null ? new LayerChoice.Highest(top) : new LayerChoice.Above(above);
    }

    String target() {
        return target;
    }

    int downstream() {
        return downstream;
    }

    int latents() {
        return latents;
    }

    long seed() {
        return seed;
    }

    /// A number for each layer, in order.
    SortedMap<Integer, Double> byLayer(
            Collection<Integer> layers, Function<Integer, Double> number) {
        SortedMap<Integer, Double> numbers = new TreeMap<>();
        layers.stream().sorted().forEach(layer -> numbers.put(layer, number.apply(layer)));
        return numbers;
    }
}
