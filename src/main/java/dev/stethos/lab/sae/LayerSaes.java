package dev.stethos.lab.sae;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.TokenRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Trains an SAE of the residual stream after every layer, all on the same documents and by one
/// recipe; one layer's activations are in memory at a time. Writes SAELens folders `saes/layer-N`;
/// a stopped run goes on after the layers that it finished.
public final class LayerSaes {
    private final ActivationCollector collector;
    private final Revision revision;
    private final List<Document> documents;
    private final SaeRecipe recipe;

    /// Told of every layer's last step.
    @FunctionalInterface
    public interface Watcher {
        void trained(int layer, StepReport last);
    }

    public LayerSaes(
            ActivationCollector collector,
            Revision revision,
            List<Document> documents,
            SaeRecipe recipe) {
        this.collector = collector;
        this.revision = revision;
        this.documents = List.copyOf(documents);
        this.recipe = recipe;
    }

    /// Trains those of layers 0 to `layers` - 1 and returns the folder that holds their folders.
    ///
    /// @param corpus what the documents are; a checkpoint of others is refused
    public Path train(int layers, String model, String corpus, Path work, Watcher watcher) {
        Path saes = work.resolve("saes");
        Path checkpoints = work.resolve("checkpoints");
        try {
            Files.createDirectories(checkpoints);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int layer = 0; layer < layers; layer++) {
            Hookpoint at = Hookpoint.residual(layer);
            SaeTraining.Trained trained =
                    new SaeTraining(
                                    rows(at),
                                    recipe,
                                    checkpoints.resolve("layer-" + layer + ".safetensors"),
                                    recipe.steps(),
                                    revision.id() + " " + corpus + " " + at)
                            .run(model, at.transformerLens(), _ -> {});
            SaeLens.write(saes.resolve("layer-" + layer), trained.spec(), trained.weights());
            watcher.trained(layer, trained.last());
        }
        return saes;
    }

    private TokenRows rows(Hookpoint at) {
        List<Activations> parts =
                collector
                        .collect(revision, documents, Set.of(at))
                        .map(found -> found.at(at))
                        .toList();
        return TokenRows.of(parts);
    }
}
