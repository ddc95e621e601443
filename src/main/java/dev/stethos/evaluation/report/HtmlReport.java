package dev.stethos.evaluation.report;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A report as one HTML page with its charts inline; it loads nothing.
public final class HtmlReport {
    private static final int LABEL = 180;
    private static final int WIDTH = 480;
    private static final int ROW = 44;
    private static final int BAR = 14;
    private static final String STYLE =
            "body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
                    + "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .6rem;border-bottom:1px solid #d5d9de;text-align:right}"
                    + ".word{text-align:left}.note{margin:.2rem 0;color:#57606a}"
                    + "svg text{font:12px system-ui,sans-serif;fill:#1b1f24}.improved{color:#1a6b34}.degraded{color:#a3262a}";

    private static final Map<String, String> VERDICTS =
            Map.of("improved", "word improved", "degraded", "word degraded");

    private final Formatter out = new Formatter(Locale.ROOT);

    private HtmlReport() {}

    public static String of(EvaluationReport report) {
        HtmlReport page = new HtmlReport();
        page.write(report);
        return page.out.toString();
    }

    private void write(EvaluationReport report) {
        out.format(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body>%n",
                escaped(report.comparison().suite()), STYLE);
        section(report);
        if (report.also() != null) {
            report.also().forEach(this::section);
        }
        out.format("</body></html>%n");
    }

    private void section(EvaluationReport report) {
        AbReport comparison = report.comparison();
        out.format(
                "<h1>%s</h1><p>%s.</p><p>Baseline %s (<code>%s</code>), candidate %s (<code>%s</code>).</p>%n",
                escaped(comparison.suite()),
                escaped(ReportTables.setting(report)),
                escaped(comparison.baseline().name()),
                escaped(comparison.baseline().revision()),
                escaped(comparison.candidate().name()),
                escaped(comparison.candidate().revision()));
        List<SubjectResult> results = new ArrayList<>(comparison.subjects());
        results.add(comparison.overall());
        chart(results);
        ReportTables.of(report).forEach(this::table);
        lines(ReportTables.controlText(comparison.controlText()));
    }

    /// Two bars for each subject with their 95 % intervals.
    private void chart(List<SubjectResult> results) {
        out.format(
                "<svg role=\"img\" aria-label=\"Accuracy by subject\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d %2$d\">%n",
                LABEL + WIDTH + 70, results.size() * ROW + 24);
        int y = 4;
        for (SubjectResult result : results) {
            out.format(
                    "<text x=\"0\" y=\"%d\">%s</text>%n",
                    y + BAR + 4, escaped(ReportTables.name(result)));
            bar(y, "#8a94a0", result.baseline());
            bar(y + BAR + 2, "#2563a8", result.candidate());
            y += ROW;
        }
        out.format(
                "<text x=\"%d\" y=\"%d\">grey: baseline, blue: candidate; whiskers: 95 %% Wilson intervals</text></svg>%n",
                LABEL, y + 12);
    }

    private void bar(int y, String colour, ArmScore score) {
        double low = LABEL + WIDTH * score.accuracyInterval().low();
        double high = LABEL + WIDTH * score.accuracyInterval().high();
        int middle = y + BAR / 2;
        out.format(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABEL, y, WIDTH * score.accuracy(), BAR, colour);
        out.format(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#1b1f24\"/>",
                low, middle, high, middle);
        out.format(
                "<text x=\"%d\" y=\"%d\">%.1f %%</text>%n",
                LABEL + WIDTH + 10, y + BAR - 2, 100 * score.accuracy());
    }

    private void table(ReportTable table) {
        out.format("<table>");
        row(table, table.head(), "th");
        table.rows().forEach(row -> row(table, row, "td"));
        out.format("</table>%n");
        lines(table.notes());
    }

    private void row(ReportTable table, List<String> cells, String tag) {
        out.format("<tr>");
        for (int column = 0; column < cells.size(); column++) {
            String cell = escaped(cells.get(column));
            String style = table.left(column) ? VERDICTS.getOrDefault(cell, "word") : "number";
            out.format("<%s class=\"%s\">%s</%1$s>", tag, style, cell);
        }
        out.format("</tr>%n");
    }

    private void lines(List<String> lines) {
        lines.forEach(line -> out.format("<p class=\"note\">%s</p>%n", escaped(line)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
