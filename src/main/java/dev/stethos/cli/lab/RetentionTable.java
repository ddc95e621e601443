package dev.stethos.cli.lab;

import dev.stethos.lab.projection.EnergyRetention;
import dev.stethos.weights.WeightName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The energy that a projection kept, by tensor, by layer and in total, beside chance, a random
/// subspace and the best one.
final class RetentionTable {
    private static final String HEAD = "%-36s %9s %8s %8s %8s %8s %8s%n";
    private static final String ROW = "%-36s %9s %8.4f %8.4f %8.2f %8.4f %8.4f%n";

    private RetentionTable() {}

    static void print(PrintWriter out, SortedMap<WeightName, EnergyRetention> kept) {
        out.printf(HEAD, "energy retention", "k of d", "kept", "k/d", "x k/d", "random", "best");
        SortedMap<Integer, List<EnergyRetention>> layers = new TreeMap<>();
        for (Map.Entry<WeightName, EnergyRetention> entry : kept.entrySet()) {
            int layer = entry.getKey().layer().orElseThrow();
            row(out, "layer %d %s".formatted(layer, entry.getKey().module()), entry.getValue());
            layers.computeIfAbsent(layer, _ -> new ArrayList<>()).add(entry.getValue());
        }
        layers.forEach((layer, parts) -> row(out, "layer " + layer, EnergyRetention.sum(parts)));
        row(out, "total", EnergyRetention.sum(new ArrayList<>(kept.values())));
        out.flush();
    }

    private static void row(PrintWriter out, String what, EnergyRetention kept) {
        out.printf(
                Locale.ROOT,
                ROW,
                what,
                kept.rank() + "/" + kept.width(),
                kept.share(),
                kept.chance(),
                kept.share() / kept.chance(),
                kept.randomShare(),
                kept.bestShare());
    }
}
