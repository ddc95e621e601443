package dev.stethos.cli.lab;

import dev.stethos.cli.options.TunedModel;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.diagnosis.DiagnosisReport;
import dev.stethos.lab.diagnosis.LatentEncoder;
import dev.stethos.lab.diagnosis.LatentStatistics;
import dev.stethos.lab.diagnosis.LayerChoice;
import dev.stethos.lab.diagnosis.LayerDiagnosis;
import dev.stethos.lab.diagnosis.SaeEncoder;
import dev.stethos.lab.diagnosis.ScoreByLayer;
import dev.stethos.lab.diagnosis.SolutionLoss;
import dev.stethos.lab.diagnosis.Specificity;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One diagnosis of a model: documents and SAEs in, the report and the most specific latents'
/// directions out.
final class DiagnosisRun {
    private final Gemma3Model opened;
    private final ActivationCollector collector;
    private final LabTexts.Texts text;
    private final SortedMap<Integer, SaeEncoder> encoders;
    private final DiagnosisOptions options;
    private final Path scratch;
    private final LayerDiagnosis.Watcher watcher;
    private final LayerDiagnosis diagnosis;
    private final List<DecoderDirections> directions = new ArrayList<>();

    DiagnosisRun(
            Gemma3Model opened,
            ActivationCollector collector,
            LabTexts.Texts text,
            SortedMap<Integer, SaeEncoder> encoders,
            DiagnosisOptions options,
            Path scratch,
            LayerDiagnosis.Watcher watcher) {
        this.opened = opened;
        this.collector = collector;
        this.text = text;
        this.encoders = encoders;
        this.options = options;
        this.scratch = scratch;
        this.watcher = watcher;
        int together =
                options.memory()
                        .layersTogether(
                                collector.cost(text.documents()),
                                text.documents(),
                                encoders.values());
        diagnosis =
                new LayerDiagnosis(
                        collector,
                        text.documents(),
                        text.labels(),
                        options.settings(together),
                        scratch);
    }

    /// @param tuned as [TunedModel] takes it; null leaves out what needs a tuned model
    DiagnosisReport run(@Nullable String tuned) {
        String chosen = options.chosen(tuned != null);
        LayerChoice choice = options.choice();
        Specificity by = options.latentScore(tuned != null);
        directions.clear();
        Map<String, ScoreByLayer> scores =
                new LinkedHashMap<>(
                        diagnosis.scores(
                                opened.base(),
                                encoders,
                                (encoder, heard) -> directions.add(directions(encoder, heard, by)),
                                watcher));
        Map<String, SortedMap<Integer, Double>> controls = new LinkedHashMap<>();
        if (tuned != null) {
            withTuned(tuned, scores, controls);
        }
        controls.put("depth", options.byLayer(encoders.keySet(), layer -> (double) layer));
        Random random = new Random(options.seed());
        controls.put("random", options.byLayer(encoders.keySet(), _ -> random.nextDouble()));
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
            Map<String, ScoreByLayer> scores,
            Map<String, SortedMap<Integer, Double>> controls) {
        try (Checkpoint after = Checkpoint.open(TunedModel.folder(given, scratch))) {
            TaskRevisions revisions = new TaskRevisions(opened, after, scratch.resolve("profiles"));
            scores.put(
                    "D",
                    diagnosis.change(
                            opened.base(),
                            layer -> revisions.of(List.of(layer)),
                            encoders,
                            options.downstream(),
                            watcher));
            SolutionLoss loss =
                    new SolutionLoss(collector, text.of(options.target()), opened.tokenizer());
            double before = loss.of(opened.base());
            watcher.step("loss of solutions");
            controls.put(
                    DiagnosisReport.LOSS_DROP,
                    options.byLayer(
                            encoders.keySet(),
                            layer -> {
                                try (Revision edited = revisions.of(List.of(layer))) {
                                    return edited.ownedNames().isEmpty()
                                            ? 0.0
                                            : before - loss.of(edited);
                                }
                            }));
            SortedMap<Integer, Double> norms = revisions.relativeNorms();
            controls.put(
                    "delta norm",
                    options.byLayer(encoders.keySet(), layer -> norms.getOrDefault(layer, 0.0)));
        }
    }

    private DecoderDirections directions(
            LatentEncoder encoder, LatentStatistics heard, Specificity by) {
        int[] latents = diagnosis.latents(heard, by, options.latents());
        float[][] rows = new float[latents.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = encoder.direction(latents[i]);
        }
        return new DecoderDirections(encoder.layer(), rows);
    }

    /// The directions of the layers' most specific latents, best first, after [#run].
    List<DecoderDirections> directions() {
        return List.copyOf(directions);
    }
}
