package dev.stethos.cli.lab.sae;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.LabCorpusOptions;
import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.metasae.Comparison;
import dev.stethos.lab.metasae.Comparison.Measures;
import dev.stethos.lab.metasae.Comparison.Pair;
import dev.stethos.lab.metasae.JointRecipe;
import dev.stethos.stats.MeanInterval;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab sae compare`: SAEs trained alone against SAEs trained with a meta SAE.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Train SAEs alone and jointly with a meta SAE, with equal data and seeds, and compare"
                    + " them.",
            "Of every ten documents eight train, one calibrates thresholds and one tests."
        })
final class LabSaeCompareCommand implements Callable<Integer> {
    private static final double CONFIDENCE = 0.95;
    private static final int PARTS = 10;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private LabModelOptions model = new LabModelOptions();
    @Mixin private LabCorpusOptions corpus = new LabCorpusOptions();

    @Option(
            names = "--at",
            paramLabel = "SITE.LAYER",
            required = true,
            description = "The hookpoint, like resid_post.5.")
    private String at = "resid_post.0";

    @Option(
            names = "--meta",
            paramLabel = "paper|repository",
            defaultValue = "paper",
            description = "The published settings. Default: ${DEFAULT-VALUE}")
    private String meta = "paper";

    @Option(
            names = "--lambda2",
            paramLabel = "X",
            defaultValue = "0.3",
            description = "Weight of the decomposability penalty. Default: ${DEFAULT-VALUE}")
    private double lambda2 = 0.3;

    @Option(
            names = "--sigma2",
            paramLabel = "X",
            defaultValue = "1",
            description = "The penalty's sigma squared. Default: ${DEFAULT-VALUE}")
    private double sigma2 = 1;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many seeds, from --seed on. Default: ${DEFAULT-VALUE}")
    private int seeds = 3;

    @Mixin private LabRecipeOptions recipe = new LabRecipeOptions();

    @Override
    public Integer call() {
        Hookpoint hookpoint = Hookpoint.parse(at);
        JointRecipe joint =
                recipe.joint(LabSaeTrainCommand.preset(meta, spec)).with(lambda2, sigma2);
        try (Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened);
                Bars bars = new Bars()) {
            List<Document> training = new ArrayList<>();
            List<Document> calibration = new ArrayList<>();
            List<Document> test = new ArrayList<>();
            List<Document> all = corpus.documents(opened);
            for (int i = 0; i < all.size(); i++) {
                switch (i % PARTS) {
                    case 8 -> calibration.add(all.get(i));
                    case 9 -> test.add(all.get(i));
                    default -> training.add(all.get(i));
                }
            }
            if (test.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s: %d documents, allowed are %d or more"
                                .formatted(corpus.name(), all.size(), PARTS));
            }
            Comparison comparison =
                    new Comparison(
                            hookpoint,
                            LabRows.of(collector, opened.base(), training, hookpoint),
                            LabRows.of(collector, opened.base(), calibration, hookpoint),
                            LabRows.of(collector, opened.base(), test, hookpoint),
                            collector,
                            opened.base(),
                            test);
            bars.begin("steps", 2L * seeds * joint.primary().steps());
            List<Long> numbers =
                    LongStream.range(recipe.seed(), recipe.seed() + seeds).boxed().toList();
            List<Pair> pairs = comparison.run(joint, numbers, report -> bars.advance(1));
            bars.close();
            print(pairs);
        }
        return 0;
    }

    private void print(List<Pair> pairs) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-30s %12s %12s %10s  95 %% interval%n", "", "solo", "joint", "change");
        row(out, "mean |phi|", pairs, Measures::phi);
        row(out, "mean squared error", pairs, Measures::error);
        row(out, "FVU", pairs, Measures::fvu);
        row(out, "L0", pairs, Measures::l0);
        row(out, "dead latents", pairs, Measures::dead);
        row(out, "loss overhead, nats", pairs, Measures::overhead);
        row(out, "decoder explained by meta SAE", pairs, Measures::decomposed);
        row(out, "mean penalty", pairs, Measures::penalty);
        out.flush();
    }

    private static void row(
            PrintWriter out, String name, List<Pair> pairs, ToDoubleFunction<Measures> of) {
        double[] changes =
                pairs.stream()
                        .mapToDouble(p ->
                                100
                                        * (of.applyAsDouble(p.joint()) / of.applyAsDouble(p.solo())
                                                - 1))
                        .toArray();
        double solo =
                pairs.stream().mapToDouble(p -> of.applyAsDouble(p.solo())).average().orElse(0);
        double joint =
                pairs.stream().mapToDouble(p -> of.applyAsDouble(p.joint())).average().orElse(0);
        String line = String.format(Locale.ROOT, "%-30s %12.5g %12.5g", name, solo, joint);
        if (!Double.isFinite(DoubleStream.of(changes).sum())) {
            out.println(line);
        } else if (changes.length == 1) {
            out.printf(Locale.ROOT, "%s %+9.2f%%%n", line, changes[0]);
        } else {
            MeanInterval interval = MeanInterval.of(changes, CONFIDENCE);
            out.printf(
                    Locale.ROOT,
                    "%s %+9.2f%%  [%+.2f, %+.2f]%n",
                    line,
                    interval.mean(),
                    interval.low(),
                    interval.high());
        }
    }
}
