package dev.stethos.cli;

import dev.stethos.bench.BenchReport;
import dev.stethos.bench.DecodeBench;
import dev.stethos.bench.DecodeBench.Arm;
import dev.stethos.bench.EngineBench;
import dev.stethos.bench.EvaluationBench;
import dev.stethos.bench.MachineLimits;
import dev.stethos.bench.Measure;
import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.bench.ResidentMemory;
import dev.stethos.bench.SwapBench;
import dev.stethos.bench.SyntheticModel;
import dev.stethos.cli.options.ModelOpener;
import dev.stethos.cli.options.ModelOptions;
import dev.stethos.cli.options.ReportFile;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.UnknownModelException;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stethos bench`: the time per decoded token of edited and unedited weights, measured alternately
/// in one run. Exit code 0, or 2 on bad input.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measure what an edit costs in time: edited and unedited weights in turn.")
final class BenchCommand implements Callable<Integer> {
    private static final String BASE = "base";
    private static final int MIN_SEQUENCES = 16;
    private static final int CONTEXT = 2304;
    private static final int CHUNK = 512;
    private static final int SECONDS = 60;
    private static final int LARGE_SECONDS = 30;

    /// A figure of the engine is given this part of a batch size's time.
    private static final int FIGURES_SHARE = 10;

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ModelOptions model = new ModelOptions();

    /// The edited arm.
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "The profile to measure; base measures the unedited weights against themselves."
                            + " Default: number-theory on the embedded model, six-layers on"
                            + " synthetic-4b, otherwise base")
    private @Nullable String profile;

    /// Whether the engine's own figures are measured.
    @Option(
            names = "--only-paired",
            description =
                    "Only edited against unedited, not the engine beside the machine's limits.")
    private boolean onlyPaired;

    /// Batch sizes.
    @Option(
            names = "--batches",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,16",
            description = "Sequences that decode together. Default: ${DEFAULT-VALUE}")
    private List<Integer> batches = List.of(1, 16);

    /// Length of a block.
    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "16",
            description = "Tokens decoded for each sequence of a block. Default: ${DEFAULT-VALUE}")
    private int tokens = 16;

    /// Time for each batch size.
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description =
                    "How long to measure each batch size; a fifth of it more goes to warming up."
                            + " Default: 60, 30 on synthetic-4b")
    private @Nullable Integer seconds;

    /// Where the numbers go as JSON.
    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write every number as JSON: name, value, unit, floor, ratio.")
    private @Nullable Path json;

    BenchCommand(ModelOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(json, "--json", spec);
        String edited = profileOrDefault();
        int time = seconds();
        if (model.is(SyntheticModel.NAME)) {
            SyntheticModel synthetic = synthetic();
            model.replace(synthetic.folder(), synthetic.profiles());
        }
        int sequences = Math.max(MIN_SEQUENCES, batches.stream().max(Integer::compare).orElse(1));
        EngineOptions engine = new EngineOptions(sequences, CONTEXT, CHUNK, sequences);
        BenchReport report;
        long begin = System.nanoTime();
        try (ServedModel served = model.open(opener, engine, edited)) {
            report = measure(served, edited, time, (System.nanoTime() - begin) / 1e9);
        } catch (IllegalArgumentException | UnknownModelException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        file.write(report.json());
        spec.commandLine().getOut().print(report.table());
        spec.commandLine().getOut().flush();
        return 0;
    }

    private String profileOrDefault() {
        if (profile != null) {
            return profile;
        }
        if (model.is(SyntheticModel.NAME)) {
            return SyntheticModel.PROFILE;
        }
        return model.is(ModelSource.EMBEDDED) ? "number-theory" : BASE;
    }

    private int seconds() {
        if (seconds != null) {
            return seconds;
        }
        return model.is(SyntheticModel.NAME) ? LARGE_SECONDS : SECONDS;
    }

    private SyntheticModel synthetic() {
        Path cache = ServingConfig.defaultCache();
        return SyntheticModel.in(
                cache,
                ModelSource.folder(ModelSource.EMBEDDED, cache, this::say),
                SyntheticModel.Size.FULL,
                this::say);
    }

    private BenchReport measure(
            ServedModel served, String profileName, int time, double loadSeconds) {
        try (Pin unedited = served.pin(ModelOptions.id(served, BASE));
                Pin edited = served.pin(ModelOptions.id(served, profileName))) {
            List<Measure> figures = new ArrayList<>();
            figures.add(Measure.of("load_time", loadSeconds, "s"));
            if (!onlyPaired) {
                say("machine limits");
                MachineLimits limits = MachineLimits.measure(served.model().computeType());
                Duration patience = Duration.ofSeconds(time).dividedBy(FIGURES_SHARE);
                figures.addAll(
                        new EngineBench(served.model(), served.engine(), limits, tokens, patience)
                                .run(unedited.revision(), edited.revision(), this::say));
                say("an evaluation beside completions");
                try (EvaluationBench evaluation =
                        new EvaluationBench(served.model(), served.engine(), unedited.revision())) {
                    evaluation.slowdown(MIN_SEQUENCES, patience).ifPresent(figures::add);
                }
                if (!profileName.equals(BASE)) {
                    say("applying " + profileName);
                    figures.addAll(
                            new SwapBench(served.model(), served.engine(), limits, patience)
                                    .run(new ProfileStore(model.profiles()), profileName));
                }
            }
            Budget budget = new Budget(Duration.ofSeconds(time), Budget.FEWEST_PAIRS);
            BenchReport report =
                    new DecodeBench(served.model(), served.engine(), tokens, budget)
                            .run(
                                    new Arm(unedited.modelId(), unedited.revision()),
                                    new Arm(edited.modelId(), edited.revision()),
                                    batches,
                                    batch -> say("batch " + batch + ": " + time + " s"));
            ResidentMemory.peakBytes()
                    .ifPresent(bytes ->
                            figures.add(Measure.of("resident_memory_peak", bytes / 1e9, "GB")));
            return report.with(figures);
        }
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(what + " ...");
        err.flush();
    }
}
