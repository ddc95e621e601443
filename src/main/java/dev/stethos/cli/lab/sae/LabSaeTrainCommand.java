package dev.stethos.cli.lab.sae;

import dev.stethos.cli.options.LabCorpusOptions;
import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationFolder;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.metasae.JointRecipe;
import dev.stethos.lab.metasae.JointRecipe.Preset;
import dev.stethos.lab.metasae.JointTraining;
import dev.stethos.lab.sae.SaeLens;
import dev.stethos.lab.sae.SaeTraining;
import dev.stethos.lab.sae.SaeTraining.Trained;
import dev.stethos.lab.sae.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `stethos lab sae train`: an SAE, or one with its meta SAE, in SAELens' format.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Train a sparse autoencoder on activations; written as SAELens 6 does.",
            "A stopped run goes on where it was; the same inputs give the same bytes."
        })
final class LabSaeTrainCommand implements Callable<Integer> {
    private static final int REPORT_STEPS = 100;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private LabModelOptions model = new LabModelOptions();

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "Train on what the model computes on these documents.")
    private @Nullable Path corpus;

    @Option(
            names = "--activations",
            paramLabel = "DIR",
            description = "Train on a folder of lab activations instead.")
    private @Nullable Path activations;

    @Option(
            names = "--at",
            paramLabel = "SITE.LAYER",
            required = true,
            description = "The hookpoint, like resid_post.5.")
    private String at = "resid_post.0";

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "The SAE's folder; with --meta its meta SAE goes to meta/ in it.")
    private Path output = Path.of("sae");

    @Option(
            names = "--meta",
            paramLabel = "paper|repository",
            description = "Train it jointly with a meta SAE, with these published settings.")
    private @Nullable String meta;

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

    @Mixin private LabRecipeOptions recipe = new LabRecipeOptions();

    @Override
    public Integer call() {
        Hookpoint hookpoint = Hookpoint.parse(at);
        Preset preset = meta == null ? null : preset(meta, spec);
        Path folder = activations;
        if ((folder == null) == (corpus == null)) {
            throw new ParameterException(
                    spec.commandLine(), "allowed is one of --corpus and --activations");
        }
        try {
            Files.createDirectories(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (folder != null) {
            try (ActivationFolder opened = ActivationFolder.open(folder)) {
                String source = opened.manifest().revision() + opened.manifest().corpusSha256();
                train(opened.rows(hookpoint), preset, opened.manifest().model(), hookpoint, source);
            }
        } else if (corpus != null) {
            LabCorpusOptions documents = LabCorpusOptions.of(corpus);
            try (Gemma3Model opened = model.open()) {
                TokenRows rows = LabRows.of(opened, documents.documents(opened), hookpoint);
                String source = opened.base().id() + documents.sha256();
                train(rows, preset, model.name(), hookpoint, source);
            }
        }
        return 0;
    }

    static Preset preset(String name, CommandSpec spec) {
        for (Preset preset : Preset.values()) {
            if (preset.toString().equals(name)) {
                return preset;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "--meta: '" + name + "', allowed are paper and repository");
    }

    private void train(
            TokenRows rows,
            @Nullable Preset preset,
            String name,
            Hookpoint hookpoint,
            String source) {
        Path checkpoint = output.resolve("checkpoint.safetensors");
        String hook = hookpoint.transformerLens();
        String identity = source + " " + hookpoint;
        Trained trained;
        if (preset == null) {
            trained =
                    new SaeTraining(
                                    rows,
                                    recipe.recipe(),
                                    checkpoint,
                                    SaeTraining.CHECKPOINT_STEPS,
                                    identity)
                            .run(name, hook, this::report);
        } else {
            JointRecipe joint = recipe.joint(preset).with(lambda2, sigma2);
            JointTraining.Joint both =
                    new JointTraining(
                                    rows, joint, checkpoint, SaeTraining.CHECKPOINT_STEPS, identity)
                            .run(name, hook, this::report);
            SaeLens.write(output.resolve("meta"), both.meta().spec(), both.meta().weights());
            trained = both.primary();
        }
        SaeLens.write(output, trained.spec(), trained.weights());
        spec.commandLine().getOut().println(trained.last());
    }

    private void report(StepReport report) {
        if (report.step() % REPORT_STEPS == 0) {
            System.err.println(report);
        }
    }
}
