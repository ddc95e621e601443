package dev.stethos.cli.lab;

import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.cli.options.ReportFile;
import dev.stethos.cli.options.Scratch;
import dev.stethos.cli.options.TunedModel;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.diagnosis.DiagnosisPicture;
import dev.stethos.lab.diagnosis.DiagnosisReport;
import dev.stethos.lab.diagnosis.SaeEncoder;
import dev.stethos.lab.projection.DirectionsFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab diagnose`: how specific to mathematics each layer is. The same inputs give the same
/// bytes.
@Command(
        name = "diagnose",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Score how specific to mathematics each layer's latents are, by several formulas, beside",
            "chance and measures that need no autoencoder, and choose the layers to edit."
        })
final class LabDiagnoseCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private LabModelOptions model = new LabModelOptions();
    @Mixin private LabTexts texts = new LabTexts();
    @Mixin private DiagnosisOptions options = new DiagnosisOptions();

    /// One folder for each layer's SAE.
    @Option(
            names = "--saes",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder of SAE folders, one for each layer to diagnose, of the residual stream after it; a folder of Gemma Scope 2, such as resid_post_all, is one.")
    private Path saes = Path.of("saes");

    @Option(
            names = "--match",
            paramLabel = "GLOB",
            defaultValue = "*",
            description =
                    "Only SAE folders of such names, like 'layer_*_width_16k_l0_small'. Default: ${DEFAULT-VALUE}")
    private String match = "*";

    /// The tuned checkpoint.
    @Option(
            names = "--tuned",
            paramLabel = TunedModel.ALLOWED,
            description =
                    "The tuned model, for score D, the relative delta norm and the drop of the solutions' loss; embedded is the embedded model's twin, embedded-probe the model before its layers were chosen.")
    private @Nullable String tuned;

    /// Files.
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the diagnosis as JSON, for profile build --layers auto.")
    private @Nullable Path output;

    @Option(names = "--svg", paramLabel = "FILE", description = "Write a picture of it.")
    private @Nullable Path svg;

    @Option(
            names = "--directions",
            paramLabel = "FILE",
            description = "Write the most specific latents' directions, for lab project.")
    private @Nullable Path directions;

    @Override
    public Integer call() {
        options.check(tuned != null);
        ReportFile report = ReportFile.checked(output, "--output", spec);
        ReportFile picture = ReportFile.checked(svg, "--svg", spec);
        SortedMap<Integer, SaeEncoder> encoders = SaeEncoder.all(saes, match);
        DiagnosisReport result;
        try (Scratch scratch = Scratch.make();
                Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened)) {
            LabTexts.Texts text = texts.read(opened, scratch.folder());
            DiagnosisRun run =
                    new DiagnosisRun(
                            opened,
                            collector,
                            text,
                            encoders,
                            options,
                            scratch.folder(),
                            this::say);
            result = run.run(tuned);
            if (directions != null) {
                DirectionsFile.write(directions, run.directions());
            }
        }
        report.write(result.json());
        picture.write(DiagnosisPicture.svg(result).stripTrailing());
        DiagnosisTable.print(spec.commandLine().getOut(), result);
        return 0;
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(what);
        err.flush();
    }
}
