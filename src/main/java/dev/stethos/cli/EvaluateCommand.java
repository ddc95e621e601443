package dev.stethos.cli;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbRun;
import dev.stethos.evaluation.AbTable;
import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EngineTextModel;
import dev.stethos.evaluation.GradedItem;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.evaluation.suite.SuiteException;
import dev.stethos.inference.CacheMemory;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.UnknownModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stethos evaluate`: compares two revisions of a model on a math suite. The table goes to
/// standard output, progress to standard error. Exit code 0 whatever the verdict, 2 on bad input.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Compare an edited model with its base on a math suite, item by item.")
final class EvaluateCommand implements Callable<Integer> {
    /// Many short sequences at once; the same run gives the same report.
    private static final EngineOptions ENGINE =
            new EngineOptions(64, 2048, 1024, 1 << 16)
                    .deterministically()
                    .withMemory(CacheMemory.AUTOMATIC);

    private static final int UPDATE_MILLIS = 250;

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ModelOptions model = new ModelOptions();

    /// The suite's name or file.
    @Option(
            names = "--suite",
            paramLabel = "NAME",
            defaultValue = "tiny-math",
            description =
                    "The suite: tiny-math, minerva-math, hendrycks-math, math-500, chat-math or a"
                            + " YAML file. Default: ${DEFAULT-VALUE}")
    private String suiteName = "tiny-math";

    /// The problems of a suite that does not bring its own.
    @Option(
            names = "--data",
            paramLabel = "PATH",
            description =
                    "The suite's problems: a JSON lines or parquet file, or a folder with one file"
                            + " or folder for each subject.")
    private @Nullable Path data;

    /// The arm that the candidate is compared with.
    @Option(
            names = "--baseline",
            paramLabel = "NAME",
            defaultValue = "base",
            description =
                    "A profile's name, or base for unedited weights. Default: ${DEFAULT-VALUE}")
    private String baseline = "base";

    /// The arm that is judged.
    @Option(
            names = "--candidate",
            paramLabel = "NAME",
            required = true,
            description = "A profile's name, or base for unedited weights.")
    private String candidate = "";

    /// Only these subjects.
    @Option(
            names = "--subjects",
            paramLabel = "SUBJECT",
            split = ",",
            description = "Only these subjects, separated by commas. Default: all")
    private List<String> subjects = List.of();

    /// A quicker look at fewer items.
    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most this many items of each subject, evenly spread. Default: all")
    private int limit = Integer.MAX_VALUE;

    /// A third arm that tells skill from format.
    @Option(
            names = "--ban-unworked",
            description =
                    "Also run the baseline with the unworked answer forbidden: its first token may"
                            + " not begin the box.")
    private boolean banUnworked;

    /// Where the report goes as JSON.
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the whole report, every answer included, as JSON.")
    private @Nullable Path output;

    EvaluateCommand(ModelOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(output, "--output", spec);
        AbReport report;
        try {
            Suite suite = suite();
            List<MathProblem> problems = suite.problems(subjects, limit);
            try (ServedModel served = model.open(opener, ENGINE, baseline, candidate);
                    Pin first = served.pin(ModelOptions.id(served, baseline));
                    Pin second = served.pin(ModelOptions.id(served, candidate))) {
                AbRun run =
                        new AbRun(
                                suite,
                                new EngineTextModel(served.model(), served.engine(), suite),
                                new Arm(baseline, first.revision(), false),
                                new Arm(candidate, second.revision(), false));
                report = run(run, problems, suite.controlDocuments());
            }
        } catch (SuiteException | UnknownModelException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        file.write(report.json());
        spec.commandLine().getOut().print(AbTable.of(report));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private Suite suite() {
        Suite suite = Suite.find(suiteName);
        if (data != null) {
            return suite.withItems(data);
        }
        if (suite.items() == null) {
            throw new SuiteException(
                    "suite %s: --data is needed, its problems are not in this build"
                            .formatted(suite.name()));
        }
        return suite;
    }

    private AbReport run(AbRun run, List<MathProblem> problems, List<String> documents) {
        try (ProgressBar bar =
                new ProgressBarBuilder()
                        .setTaskName(suiteName)
                        .setInitialMax(problems.size())
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .build()) {
            return run.run(problems, documents, banUnworked, new Running(bar));
        }
    }

    /// Shows both arms' accuracies so far beside the bar.
    private static final class Running implements Consumer<GradedItem> {
        private final ProgressBar bar;
        private int items;
        private int ofBaseline;
        private int ofCandidate;

        Running(ProgressBar bar) {
            this.bar = bar;
        }

        @Override
        public void accept(GradedItem item) {
            items++;
            ofBaseline += item.baseline().correct() ? 1 : 0;
            ofCandidate += item.candidate().correct() ? 1 : 0;
            bar.step();
            bar.setExtraMessage(
                    String.format(
                            Locale.ROOT,
                            "%.1f %% / %.1f %%",
                            100.0 * ofBaseline / items,
                            100.0 * ofCandidate / items));
        }
    }
}
