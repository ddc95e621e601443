package dev.stethos.cli;

import dev.stethos.cli.options.ModelOpener;
import dev.stethos.cli.options.ModelOptions;
import dev.stethos.cli.options.ReportFile;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbRun;
import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.Draws;
import dev.stethos.evaluation.EngineTextModel;
import dev.stethos.evaluation.report.EvaluationReport;
import dev.stethos.evaluation.report.HtmlReport;
import dev.stethos.evaluation.report.MarkdownReport;
import dev.stethos.evaluation.report.TextReport;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.evaluation.suite.SuiteException;
import dev.stethos.inference.CacheMemory;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.UnknownModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stethos evaluate`: compares two revisions of a model on a math suite. The table goes to
/// standard output, progress to standard error. Exit code 0 whatever the verdict unless it is asked
/// for, 2 on bad input.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Compare an edited model with its base on a math suite, item by item.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, whatever the verdict",
            "1:failed",
            "2:bad input",
            "3:with --exit-by-verdict: a subject is degraded"
        })
final class EvaluateCommand implements Callable<Integer> {
    /// Many short sequences at once; the same run gives the same report.
    private static final EngineOptions ENGINE =
            new EngineOptions(64, 2048, 1024, 1 << 16)
                    .deterministically()
                    .withMemory(CacheMemory.AUTOMATIC);

    private static final int DEGRADED = 3;

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

    /// Answers of each item.
    @Option(
            names = "--samples",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Answers of each item and arm; the report then has pass@k and majority, and"
                            + " compares what most of them say. Default: ${DEFAULT-VALUE}")
    private int samples = 1;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "How freely answers are drawn; 0 is greedy. Default: ${DEFAULT-VALUE}")
    private double temperature;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Where the samples' seeds come from, which both arms share. Default: ${DEFAULT-VALUE}")
    private long seed;

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<FurtherSuite> also = new ArrayList<>();

    /// Where the report goes.
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "Write the report: as JSON with every answer, or without the answers as .html"
                            + " or .md by the file's ending.")
    private @Nullable Path output;

    @Option(
            names = "--exit-by-verdict",
            description =
                    "Exit with 3 when a subject of any suite is degraded after correction; 0:"
                            + " improved or no significant change.")
    private boolean exitByVerdict;

    EvaluateCommand(ModelOpener opener) {
        this.opener = opener;
    }

    /// A suite beside the main one.
    static final class FurtherSuite {
        @Option(
                names = "--also-suite",
                paramLabel = "NAME",
                required = true,
                description =
                        "A further suite, say one without math, with its own corrected tests; may"
                                + " be given several times. --limit is its limit too.")
        private String name = "";

        @Option(
                names = "--also-data",
                paramLabel = "PATH",
                description = "The problems of the --also-suite beside it.")
        private @Nullable Path data;
    }

    /// What one suite asks.
    private record Questions(Suite suite, List<MathProblem> problems) {}

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(output, "--output", spec);
        Draws draws = draws();
        EvaluationReport report;
        try {
            List<Questions> questions = questions();
            try (ServedModel served = model.open(opener, ENGINE, baseline, candidate);
                    Pin first = served.pin(ModelOptions.id(served, baseline));
                    Pin second = served.pin(ModelOptions.id(served, candidate))) {
                Arm before = new Arm(baseline, first.revision(), false);
                Arm after = new Arm(candidate, second.revision(), false);
                List<EvaluationReport> reports =
                        questions.stream()
                                .map(each -> run(served, each, before, after, draws))
                                .toList();
                report = reports.getFirst().with(reports.subList(1, reports.size()));
            }
        } catch (SuiteException | UnknownModelException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        file.write(written(report));
        spec.commandLine().getOut().print(TextReport.of(report));
        spec.commandLine().getOut().flush();
        return exitByVerdict && report.degraded() ? DEGRADED : 0;
    }

    private Draws draws() {
        try {
            return new Draws(samples, temperature, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private List<Questions> questions() {
        Suite suite = suite(suiteName, data, "--data");
        List<Questions> all = new ArrayList<>();
        all.add(new Questions(suite, suite.problems(subjects, limit)));
        for (FurtherSuite further : also) {
            Suite other = suite(further.name, further.data, "--also-data");
            all.add(new Questions(other, other.problems(List.of(), limit)));
        }
        return all;
    }

    private static Suite suite(String name, @Nullable Path data, String option) {
        Suite suite = Suite.find(name);
        if (data != null) {
            return suite.withItems(data);
        }
        if (suite.items() == null) {
            throw new SuiteException(
                    "suite %s: %s is needed, its problems are not in this build"
                            .formatted(suite.name(), option));
        }
        return suite;
    }

    private EvaluationReport run(
            ServedModel served, Questions asked, Arm before, Arm after, Draws draws) {
        Suite suite = asked.suite();
        AbRun run =
                new AbRun(
                        suite,
                        new EngineTextModel(served.model(), served.engine(), suite),
                        before,
                        after,
                        draws);
        try (EvaluationBar bar = new EvaluationBar(suite.name(), asked.problems().size())) {
            AbReport comparison =
                    run.run(asked.problems(), suite.controlDocuments(), banUnworked, bar);
            return EvaluationReport.of(null, draws, comparison, bar.items());
        }
    }

    private String written(EvaluationReport report) {
        String name = output == null ? "" : output.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            return HtmlReport.of(report).stripTrailing();
        }
        return name.endsWith(".md") ? MarkdownReport.of(report).stripTrailing() : report.json();
    }
}
