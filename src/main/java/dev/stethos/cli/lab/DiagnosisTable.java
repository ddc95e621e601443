package dev.stethos.cli.lab;

import dev.stethos.lab.diagnosis.DiagnosisReport;
import dev.stethos.lab.diagnosis.ScoreByLayer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A diagnosis as text: every score by layer with its z, the controls, the choosing score's z as
/// bars.
final class DiagnosisTable {
    private static final int WIDTH = 40;

    private DiagnosisTable() {}

    static void print(PrintWriter out, DiagnosisReport report) {
        out.printf(
                "%d math documents of %d subjects, %d of control text%n%n",
                report.corpora().mathDocuments(),
                report.corpora().subjects(),
                report.corpora().controlDocuments());
        SortedMap<Integer, StringBuilder> rows = new TreeMap<>();
        StringBuilder head = new StringBuilder("layer");
        report.scores()
                .forEach((letter, score) -> {
                    head.append(String.format(Locale.ROOT, "%10s%8s", letter, "z"));
                    score.layers()
                            .forEach((layer, result) ->
                                    row(rows, layer)
                                            .append(
                                                    String.format(
                                                            Locale.ROOT,
                                                            "%10.4f%8.2f",
                                                            result.score(),
                                                            result.z())));
                });
        report.controls()
                .forEach((name, control) -> {
                    head.append(String.format(Locale.ROOT, "%12s", name));
                    control.forEach((layer, value) ->
                            row(rows, layer).append(String.format(Locale.ROOT, "%12.5f", value)));
                });
        out.println(head);
        rows.values().forEach(out::println);
        reliabilities(out, report);
        bars(out, report);
        out.flush();
    }

    private static StringBuilder row(SortedMap<Integer, StringBuilder> rows, int layer) {
        return rows.computeIfAbsent(
                layer, _ -> new StringBuilder(String.format(Locale.ROOT, "%5d", layer)));
    }

    private static void reliabilities(PrintWriter out, DiagnosisReport report) {
        Map<String, Map<String, Double>> correlations = report.correlations();
        out.printf("%nscore  split-half reliability  rank correlation of z with%n");
        for (Map.Entry<String, ScoreByLayer> score : report.scores().entrySet()) {
            out.printf(
                    Locale.ROOT, "%-5s  %22.2f  ", score.getKey(), score.getValue().reliability());
            correlations
                    .getOrDefault(score.getKey(), Map.of())
                    .forEach((name, value) -> out.printf(Locale.ROOT, "%s %+.2f  ", name, value));
            out.println();
        }
    }

    private static void bars(PrintWriter out, DiagnosisReport report) {
        List<Integer> layers = report.layers();
        SortedMap<Integer, Double> numbers = report.choosing();
        double largest = numbers.values().stream().mapToDouble(Math::abs).max().orElse(1);
        boolean loss = report.chosen().equals(DiagnosisReport.LOSS_DROP);
        out.printf(
                "%n%s by layer; chosen: %s%n",
                loss
                        ? "drop of the solutions' loss, in thousandths of a nat a token"
                        : "z of " + report.chosen(),
                layers);
        double unit = loss ? 1000 : 1;
        if (!report.tie().isEmpty()) {
            out.println(report.tie());
        }
        numbers.forEach((layer, value) ->
                out.printf(
                        Locale.ROOT,
                        "%5d %8.2f %s %s%n",
                        layer,
                        value * unit,
                        layers.contains(layer) ? "*" : " ",
                        "#"
                                .repeat(
                                        largest == 0
                                                ? 0
                                                : (int)
                                                        Math.round(
                                                                WIDTH
                                                                        * Math.max(0, value)
                                                                        / largest))));
    }
}
