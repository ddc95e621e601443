package dev.stethos.cli.lab.sae;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.TokenRows;
import java.util.List;
import java.util.Set;

/// Documents' activations at one hookpoint, computed on the fly and kept in memory.
final class LabRows {
    private LabRows() {}

    static TokenRows of(Gemma3Model model, List<Document> documents, Hookpoint at) {
        try (ActivationCollector collector = new ActivationCollector(model)) {
            return of(collector, model.base(), documents, at);
        }
    }

    static TokenRows of(
            ActivationCollector collector,
            Revision revision,
            List<Document> documents,
            Hookpoint at) {
        List<Activations> parts =
                collector
                        .collect(revision, documents, Set.of(at))
                        .map(found -> found.at(at))
                        .toList();
        return TokenRows.of(parts);
    }
}
