package dev.stethos.cli.profile;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/// A table of norms with the share of the whole energy (sum of squares) as bars.
final class EnergyChart {
    private static final int WIDTH = 40;

    private EnergyChart() {}

    /// `energy` by row, in the order of the rows.
    static void print(PrintWriter out, String what, Map<String, Double> energy) {
        double total = energy.values().stream().mapToDouble(Double::doubleValue).sum();
        double largest = energy.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
        out.printf("%n%-28s %10s  %8s%n", what, "norm", "energy");
        for (Map.Entry<String, Double> row : energy.entrySet()) {
            int length = (int) Math.round(WIDTH * row.getValue() / largest);
            out.printf(
                    Locale.ROOT,
                    "%-28s %10.4g  %6.1f %%  %s%n",
                    row.getKey(),
                    Math.sqrt(row.getValue()),
                    100 * row.getValue() / total,
                    "#".repeat(length));
        }
    }
}
