package dev.stethos.cli;

import dev.stethos.bench.BenchReport;
import dev.stethos.bench.DecodeBench;
import dev.stethos.bench.DecodeBench.Arm;
import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.UnknownModelException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final int MIN_PAIRS = 20;

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ModelOptions model = new ModelOptions();

    /// The edited arm.
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "number-theory",
            description =
                    "The profile to measure; base measures the unedited weights against themselves."
                            + " Default: ${DEFAULT-VALUE}")
    private String profile = BASE;

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
            defaultValue = "30",
            description =
                    "How long to measure each batch size; a fifth of it more goes to warming up."
                            + " Default: ${DEFAULT-VALUE}")
    private int seconds = 30;

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
        BenchReport report;
        try (ServedModel served = model.open(opener, profile)) {
            report = measure(served);
        } catch (IllegalArgumentException | UnknownModelException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        file.write(report.json());
        spec.commandLine().getOut().print(report.table());
        spec.commandLine().getOut().flush();
        return 0;
    }

    private BenchReport measure(ServedModel served) {
        try (Pin unedited = served.pin(ModelOptions.id(served, BASE));
                Pin edited = served.pin(ModelOptions.id(served, profile))) {
            PrintWriter err = spec.commandLine().getErr();
            Budget budget = new Budget(Duration.ofSeconds(seconds), MIN_PAIRS);
            return new DecodeBench(served.model(), served.engine(), tokens, budget)
                    .run(
                            new Arm(unedited.modelId(), unedited.revision()),
                            new Arm(edited.modelId(), edited.revision()),
                            batches,
                            batch -> {
                                err.printf("batch %d: %d s ...%n", batch, seconds);
                                err.flush();
                            });
        }
    }
}
