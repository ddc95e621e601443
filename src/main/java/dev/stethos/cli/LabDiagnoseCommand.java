package dev.stethos.cli;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.diagnosis.DiagnosisPicture;
import dev.stethos.lab.diagnosis.DiagnosisReport;
import dev.stethos.lab.diagnosis.LatentStatistics;
import dev.stethos.lab.diagnosis.LayerChoice;
import dev.stethos.lab.diagnosis.LayerDiagnosis;
import dev.stethos.lab.diagnosis.SaeEncoder;
import dev.stethos.lab.diagnosis.ScoreByLayer;
import dev.stethos.lab.diagnosis.SolutionLoss;
import dev.stethos.lab.diagnosis.Specificity;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.DirectionsFile;
import dev.stethos.weights.Checkpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
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
                    "A folder of SAE folders, one for each layer to diagnose, of the residual stream after it.")
    private Path saes = Path.of("saes");

    /// The tuned checkpoint.
    @Option(
            names = "--tuned",
            paramLabel = "DIR|embedded",
            description =
                    "The tuned model, for score D, the relative delta norm and the drop of the solutions' loss; embedded is the embedded model's twin.")
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
        String chosen = options.chosen(tuned != null);
        LayerChoice choice = options.choice();
        ReportFile report = ReportFile.checked(output, "--output", spec);
        ReportFile picture = ReportFile.checked(svg, "--svg", spec);
        SortedMap<Integer, SaeEncoder> encoders = SaeEncoder.all(saes);
        DiagnosisReport result;
        try (Scratch scratch = Scratch.make();
                Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened)) {
            LabTexts.Texts text = texts.read(opened, scratch.folder());
            result =
                    new Run(opened, collector, text, encoders, scratch.folder())
                            .run(chosen, choice);
        }
        report.write(result.json());
        picture.write(DiagnosisPicture.svg(result).stripTrailing());
        DiagnosisTable.print(spec.commandLine().getOut(), result);
        return 0;
    }

    /// What one run works on.
    private final class Run {
        private final Gemma3Model opened;
        private final ActivationCollector collector;
        private final LabTexts.Texts text;
        private final SortedMap<Integer, SaeEncoder> encoders;
        private final Path scratch;
        private final LayerDiagnosis diagnosis;

        Run(
                Gemma3Model opened,
                ActivationCollector collector,
                LabTexts.Texts text,
                SortedMap<Integer, SaeEncoder> encoders,
                Path scratch) {
            this.opened = opened;
            this.collector = collector;
            this.text = text;
            this.encoders = encoders;
            this.scratch = scratch;
            diagnosis =
                    new LayerDiagnosis(
                            collector, text.documents(), text.labels(), options.settings());
        }

        DiagnosisReport run(String chosen, LayerChoice choice) {
            SortedMap<Integer, LatentStatistics> heard =
                    diagnosis.hear(opened.base(), encoders, this::say);
            Map<String, ScoreByLayer> scores =
                    new LinkedHashMap<>(diagnosis.scores(heard, this::say));
            Map<String, SortedMap<Integer, Double>> controls = new LinkedHashMap<>();
            if (tuned != null) {
                withTuned(tuned, heard, scores, controls);
            }
            controls.put("depth", options.byLayer(encoders.keySet(), layer -> (double) layer));
            Random random = new Random(options.seed());
            controls.put("random", options.byLayer(encoders.keySet(), _ -> random.nextDouble()));
            writeDirections(heard);
            SortedMap<String, String> inputs = new TreeMap<>(text.inputs());
            encoders.values().forEach(sae -> inputs.put("SAE " + sae.name(), sae.sha256()));
            int math = 0;
            for (int label : text.labels().of()) {
                math += label >= 0 ? 1 : 0;
            }
            return new DiagnosisReport(
                    chosen,
                    choice,
                    scores,
                    controls,
                    inputs,
                    new DiagnosisReport.Corpora(
                            math, text.documents().size() - math, text.subjects().size()));
        }

        private void withTuned(
                String given,
                SortedMap<Integer, LatentStatistics> heard,
                Map<String, ScoreByLayer> scores,
                Map<String, SortedMap<Integer, Double>> controls) {
            try (Checkpoint after = Checkpoint.open(LabTexts.tuned(given, scratch))) {
                TaskRevisions revisions =
                        new TaskRevisions(opened, after, scratch.resolve("profiles"));
                scores.put(
                        "D",
                        diagnosis.change(
                                opened.base(),
                                layer -> revisions.of(List.of(layer)),
                                heard,
                                encoders,
                                options.downstream(),
                                this::say));
                SolutionLoss loss =
                        new SolutionLoss(collector, text.of(options.target()), opened.tokenizer());
                double before = loss.of(opened.base());
                say("loss of solutions");
                controls.put(
                        "loss drop",
                        options.byLayer(
                                encoders.keySet(),
                                layer -> {
                                    try (Revision edited = revisions.of(List.of(layer))) {
                                        return before - loss.of(edited);
                                    }
                                }));
                SortedMap<Integer, Double> norms = revisions.relativeNorms();
                controls.put(
                        "delta norm",
                        options.byLayer(
                                encoders.keySet(), layer -> norms.getOrDefault(layer, 0.0)));
            }
        }

        private void writeDirections(SortedMap<Integer, LatentStatistics> heard) {
            if (directions == null) {
                return;
            }
            Specificity by = options.latentScore(tuned != null);
            List<DecoderDirections> all = new ArrayList<>();
            encoders.forEach((layer, sae) -> {
                LatentStatistics statistics = heard.get(layer);
                if (statistics == null) {
                    throw new AssertionError(layer);
                }
                int[] latents = diagnosis.latents(statistics, by, options.latents());
                float[][] rows = new float[latents.length][];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = sae.direction(latents[i]);
                }
                sae.close();
                all.add(new DecoderDirections(layer, rows));
            });
            DirectionsFile.write(directions, all);
        }

        private void say(String what) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(what);
            err.flush();
        }
    }
}
