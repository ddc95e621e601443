package dev.stethos.lab.activations;

import dev.stethos.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/// One document's activations: for every hookpoint that was asked for, a row for each of the
/// document's kept positions.
public record DocumentActivations(Document document, SortedMap<Hookpoint, Activations> sites) {
    public DocumentActivations {
        sites = new TreeMap<>(sites);
        for (Map.Entry<Hookpoint, Activations> site : sites.entrySet()) {
            if (site.getValue().rows() != document.kept().length) {
                throw new IllegalArgumentException(
                        "document %s, %s: %d rows for %d kept tokens"
                                .formatted(
                                        document.id(),
                                        site.getKey(),
                                        site.getValue().rows(),
                                        document.kept().length));
            }
        }
    }

    /// Of a batch's documents and the rows `[kept tokens, width]` of all of them at each wanted
    /// hookpoint; every tensor is closed once its rows are the documents'.
    static List<DocumentActivations> split(
            List<Document> documents, SortedSet<Hookpoint> wanted, List<Tensor> found) {
        List<SortedMap<Hookpoint, Activations>> sites = new ArrayList<>();
        documents.forEach(_ -> sites.add(new TreeMap<>()));
        int next = 0;
        for (Hookpoint hookpoint : wanted) {
            try (Tensor tensor = found.get(next++)) {
                Activations all = Activations.of(tensor);
                int begin = 0;
                for (int i = 0; i < documents.size(); i++) {
                    int end = begin + documents.get(i).kept().length;
                    sites.get(i).put(hookpoint, all.rows(begin, end));
                    begin = end;
                }
            }
        }
        List<DocumentActivations> result = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            result.add(new DocumentActivations(documents.get(i), sites.get(i)));
        }
        return result;
    }

    public Activations at(Hookpoint hookpoint) {
        Activations found = sites.get(hookpoint);
        if (found == null) {
            throw new IllegalArgumentException(
                    "hookpoint %s was not collected, only %s".formatted(hookpoint, sites.keySet()));
        }
        return found;
    }
}
