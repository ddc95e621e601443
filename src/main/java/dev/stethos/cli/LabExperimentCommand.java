package dev.stethos.cli;

import dev.stethos.evaluation.MathProblem;
import dev.stethos.evaluation.Suite;
import dev.stethos.inference.EngineOptions;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.experiment.ArmOutcome;
import dev.stethos.lab.experiment.ArmPlan;
import dev.stethos.lab.experiment.Experiment;
import dev.stethos.lab.experiment.ExperimentReport;
import dev.stethos.lab.experiment.ExperimentTable;
import dev.stethos.lab.experiment.PlannedArm;
import dev.stethos.lab.experiment.Ranking;
import dev.stethos.lab.experiment.Rankings;
import dev.stethos.lab.projection.DirectionsFile;
import dev.stethos.serving.ModelSource;
import dev.stethos.serving.ServedModel;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab experiment`: the paper's comparison. The same inputs give the same report.
@Command(
        name = "experiment",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compare many edits with the base on the same items: the raw task vector on all layers, on",
            "those that each score chooses, on random and on the bottom layers, and projections;",
            "and say which of the paper's claims that supports."
        })
final class LabExperimentCommand implements Callable<Integer> {
    private static final EngineOptions ENGINE =
            new EngineOptions(64, 2048, 1024, 1 << 16).deterministically();
    private static final String VALIDATION = "tiny/validation.jsonl";
    private static final String VALIDATION_CONTROL = "tiny/control-validation.txt";

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ModelOptions model = new ModelOptions();

    /// The tuned checkpoint.
    @Option(
            names = "--tuned",
            paramLabel = "DIR|embedded",
            defaultValue = ModelSource.EMBEDDED,
            description =
                    "The tuned model; embedded is the embedded model's twin. Default: ${DEFAULT-VALUE}")
    private String tuned = ModelSource.EMBEDDED;

    /// What `lab diagnose` wrote.
    @Option(
            names = "--diagnosis",
            paramLabel = "FILE",
            description = "The scores by layer, as lab diagnose wrote them with --output.")
    private @Nullable Path diagnosis;

    @Option(
            names = "--directions",
            paramLabel = "FILE",
            description = "Directions to project onto, as lab diagnose wrote them.")
    private @Nullable Path directions;

    @Option(
            names = "--layers",
            paramLabel = "K",
            defaultValue = "4",
            description =
                    "Layers of every chosen, random and bottom set. Default: ${DEFAULT-VALUE}")
    private int count = 4;

    @Option(
            names = "--random-sets",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many random sets. Default: ${DEFAULT-VALUE}")
    private int randomSets = 20;

    @Option(
            names = "--ranks",
            paramLabel = "K",
            split = ",",
            defaultValue = "4,8,16,32",
            description = "Directions a layer of the projections. Default: ${DEFAULT-VALUE}")
    private List<Integer> ranks = List.of();

    @Option(
            names = "--target",
            paramLabel = "SUBJECT",
            split = ",",
            defaultValue = "number_theory",
            description =
                    "The subjects that claims are about, one report each. Default: ${DEFAULT-VALUE}")
    private List<String> targets = List.of("number_theory");

    @Option(
            names = "--items",
            paramLabel = "validation|test",
            defaultValue = "validation",
            description =
                    "Which items; every choice is made on validation items. Default: ${DEFAULT-VALUE}")
    private String items = "validation";

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "At most this many items of each subject, and of control text. Default: all")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides random sets and directions. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(names = "--output", paramLabel = "FILE", description = "Write the report as JSON.")
    private @Nullable Path output;

    LabExperimentCommand() {
        this(OfflineModel::open);
    }

    LabExperimentCommand(ModelOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(output, "--output", spec);
        List<Ranking> rankings = diagnosis == null ? List.of() : Rankings.read(diagnosis);
        Suite suite = suite();
        List<MathProblem> problems = suite.problems(List.of(), limit);
        List<ArmOutcome> outcomes;
        try (Scratch scratch = Scratch.make();
                ServedModel served = model.open(opener, ENGINE);
                Checkpoint after = Checkpoint.open(LabTexts.tuned(tuned, scratch.folder()))) {
            List<PlannedArm> arms = arms(served.model().config().layers(), rankings);
            TaskRevisions revisions =
                    new TaskRevisions(served.model(), after, scratch.folder().resolve("profiles"));
            outcomes =
                    new Experiment(served, revisions, suite, problems, documents(suite), seed)
                            .run(arms, new Lines());
        }
        List<String> learned =
                rankings.stream()
                        .filter(Ranking::learned)
                        .map(ranking -> ArmPlan.nameOf(count, ranking))
                        .toList();
        StringBuilder json = new StringBuilder();
        for (String target : targets) {
            ExperimentReport report =
                    new ExperimentReport(
                            suite.name(), MathProblem.subjectOf(target), learned, outcomes);
            spec.commandLine().getOut().println(ExperimentTable.of(report));
            json.append(json.isEmpty() ? "" : ",\n").append(report.json());
        }
        spec.commandLine().getOut().flush();
        file.write(targets.size() == 1 ? json.toString() : "[" + json + "]");
        return 0;
    }

    /// The tiny suite, or the same on validation items.
    private Suite suite() {
        Suite test = Suite.named("tiny-math");
        return switch (items) {
            case "test" -> test;
            case "validation" ->
                    new Suite(
                            "tiny-math, validation items",
                            VALIDATION,
                            test.subjects(),
                            test.prompt(),
                            test.maxTokens(),
                            test.stop(),
                            test.extraction(),
                            test.equivalence(),
                            VALIDATION_CONTROL);
            default ->
                    throw new IllegalArgumentException(
                            "--items: '%s' was given, allowed are validation and test"
                                    .formatted(items));
        };
    }

    /// As many control documents as items were asked for.
    private List<String> documents(Suite suite) {
        long most = (long) limit * suite.subjects().size();
        return suite.controlDocuments().stream().limit(most).toList();
    }

    private List<PlannedArm> arms(int layers, List<Ranking> rankings) {
        ArmPlan plan = new ArmPlan(layers, count, seed);
        List<PlannedArm> arms = new ArrayList<>(plan.raw(rankings, randomSets));
        if (directions != null) {
            List<Integer> chosen = rankings.isEmpty() ? List.of() : rankings.getFirst().top(count);
            arms.addAll(plan.projected(DirectionsFile.read(directions), ranks, chosen));
        }
        return arms;
    }

    /// A line for each arm on standard error.
    private final class Lines implements Experiment.Watcher {
        @Override
        public void begin(String arm, int number, int of) {
            spec.commandLine().getErr().printf("%d/%d %s: ", number, of, arm);
            spec.commandLine().getErr().flush();
        }

        @Override
        public void end(ArmOutcome outcome) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "%.1f %%, base %.1f %%%n",
                            100 * outcome.overall().candidate().accuracy(),
                            100 * outcome.overall().baseline().accuracy());
            spec.commandLine().getErr().flush();
        }
    }
}
