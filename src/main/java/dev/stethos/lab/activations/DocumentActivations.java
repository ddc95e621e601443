package dev.stethos.lab.activations;

import java.util.Map;
import java.util.SortedMap;
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

    public Activations at(Hookpoint hookpoint) {
        Activations found = sites.get(hookpoint);
        if (found == null) {
            throw new IllegalArgumentException(
                    "hookpoint %s was not collected, only %s".formatted(hookpoint, sites.keySet()));
        }
        return found;
    }
}
