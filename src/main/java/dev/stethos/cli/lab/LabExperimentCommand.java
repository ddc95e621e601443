package dev.stethos.cli.lab;

import dev.stethos.cli.options.ModelOpener;
import dev.stethos.cli.options.ModelOptions;
import dev.stethos.cli.options.OfflineModel;
import dev.stethos.cli.options.ReportFile;
import dev.stethos.cli.options.Scratch;
import dev.stethos.cli.options.TunedModel;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.inference.EngineOptions;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.experiment.ExperimentPicture;
import dev.stethos.lab.experiment.ExperimentReport;
import dev.stethos.lab.experiment.ExperimentTable;
import dev.stethos.serving.ServedModel;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
            "and say which of the paper's claims that supports. Without a diagnosis it first trains",
            "small autoencoders for every layer and makes one."
        })
final class LabExperimentCommand implements Callable<Integer> {
    private static final EngineOptions ENGINE =
            new EngineOptions(64, 2048, 1024, 1 << 16).deterministically();

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ModelOptions model = new ModelOptions();

    /// The tuned checkpoint.
    @Option(
            names = "--tuned",
            paramLabel = TunedModel.ALLOWED,
            defaultValue = TunedModel.PROBE,
            description =
                    "The tuned model; embedded-probe was tuned in every layer alike, embedded further on the shipped profile's layers. Default: ${DEFAULT-VALUE}")
    private String tuned = TunedModel.PROBE;

    /// What `lab diagnose` wrote.
    @Option(
            names = "--diagnosis",
            paramLabel = "FILE",
            description =
                    "The scores by layer, as lab diagnose wrote them with --output. Default: makes its own")
    private @Nullable Path diagnosis;

    @Option(
            names = "--directions",
            paramLabel = "FILE",
            description = "Directions to project onto, as lab diagnose wrote them.")
    private @Nullable Path directions;

    /// How an own diagnosis is made.
    @Option(
            names = "--sae-steps",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Training steps of each autoencoder of its own diagnosis. Default: ${DEFAULT-VALUE}")
    private int saeSteps = 1000;

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "For its own diagnosis: documents of each subject, and as many of control text as of all subjects. Default: ${DEFAULT-VALUE}")
    private int documents = 40;

    @Option(
            names = "--permutations",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "For its own diagnosis: draws of labels for every z. Default: ${DEFAULT-VALUE}")
    private int permutations = 100;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "Keep autoencoders, diagnosis, directions and answers here; a stopped run goes on after the autoencoders and arms it finished.")
    private @Nullable Path work;

    @Mixin private ExperimentOptions options = new ExperimentOptions();

    @Option(names = "--output", paramLabel = "FILE", description = "Write the report as JSON.")
    private @Nullable Path output;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write a picture (SVG) of the first target's report.")
    private @Nullable Path picture;

    LabExperimentCommand() {
        this(OfflineModel::open);
    }

    LabExperimentCommand(ModelOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(output, "--output", spec);
        ReportFile drawing = ReportFile.checked(picture, "--picture", spec);
        Suite suite = options.suite();
        ExperimentRun.Result result;
        try (Scratch scratch = Scratch.make();
                ServedModel served = model.open(opener, ENGINE);
                Checkpoint after = Checkpoint.open(TunedModel.folder(tuned, scratch.folder()))) {
            if (diagnosis == null && directions == null) {
                diagnose(served, scratch.folder());
            }
            TaskRevisions revisions =
                    new TaskRevisions(served.model(), after, scratch.folder().resolve("profiles"));
            result =
                    new ExperimentRun(
                                    served.model(),
                                    revisions,
                                    options,
                                    work == null ? null : work.resolve("answers"),
                                    spec.commandLine().getErr())
                            .run(suite, diagnosis, directions);
        }
        List<String> json = new ArrayList<>();
        for (String target : options.targets()) {
            ExperimentReport report =
                    new ExperimentReport(
                            suite.name(),
                            target,
                            result.learned(),
                            result.outcomes(),
                            result.calibration());
            spec.commandLine().getOut().println(ExperimentTable.of(report));
            if (json.isEmpty()) {
                drawing.write(ExperimentPicture.svg(report).stripTrailing());
            }
            json.add(report.json());
        }
        spec.commandLine().getOut().flush();
        file.write(json.size() == 1 ? json.getFirst() : "[" + String.join(",\n", json) + "]");
        return 0;
    }

    private void diagnose(ServedModel served, Path scratch) {
        OwnDiagnosis own =
                new OwnDiagnosis(
                        work == null ? scratch.resolve("diagnosis") : work,
                        saeSteps,
                        documents,
                        DiagnosisOptions.of(
                                options.targets().getFirst(),
                                options.counts().getFirst(),
                                Collections.max(options.ranks()),
                                permutations,
                                options.seed()));
        own.make(served.model(), served.name(), tuned, scratch, this::say);
        diagnosis = own.diagnosis();
        directions = own.directions();
    }

    private void say(String what) {
        spec.commandLine().getErr().println(what);
        spec.commandLine().getErr().flush();
    }
}
