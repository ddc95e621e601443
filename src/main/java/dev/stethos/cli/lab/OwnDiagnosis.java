package dev.stethos.cli.lab;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.diagnosis.LayerDiagnosis;
import dev.stethos.lab.diagnosis.SaeEncoder;
import dev.stethos.lab.projection.DirectionsFile;
import dev.stethos.lab.sae.LayerSaes;
import dev.stethos.lab.sae.SaeRecipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

/// The diagnosis of an experiment that was given none: small SAEs, trained on validation text, for
/// every layer of the model, and what they say. All of it is kept in `work`.
record OwnDiagnosis(Path work, int steps, int documents, DiagnosisOptions options) {
    private static final int LATENTS = 512;
    private static final int K = 16;
    private static final int BATCH = 512;
    private static final double RATE = 1e-3;

    Path diagnosis() {
        return work.resolve("diagnosis.json");
    }

    Path directions() {
        return work.resolve("directions.safetensors");
    }

    /// Writes both files.
    void make(
            Gemma3Model model,
            String name,
            String tuned,
            Path scratch,
            LayerDiagnosis.Watcher say) {
        try (ActivationCollector collector = new ActivationCollector(model)) {
            LabTexts.Texts text = LabTexts.of(documents).read(model, scratch);
            SaeRecipe recipe =
                    SaeRecipe.of(
                            SaeRecipe.Kind.BATCH_TOPK,
                            LATENTS,
                            K,
                            steps,
                            BATCH,
                            RATE,
                            options.seed());
            Path saes =
                    new LayerSaes(collector, model.base(), text.documents(), recipe)
                            .train(
                                    model.config().layers(),
                                    name,
                                    text.inputs() + " " + text.documents().size(),
                                    work,
                                    (layer, last) ->
                                            say.step("SAE of layer " + layer + ", " + last));
            SortedMap<Integer, SaeEncoder> encoders = SaeEncoder.all(saes);
            DiagnosisRun run =
                    new DiagnosisRun(model, collector, text, encoders, options, scratch, say);
            Files.writeString(diagnosis(), run.run(tuned).json(), StandardCharsets.UTF_8);
            DirectionsFile.write(directions(), run.directions());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
