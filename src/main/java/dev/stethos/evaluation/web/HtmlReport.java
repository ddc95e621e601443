package dev.stethos.evaluation.web;

import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.evaluation.jobs.EvaluationReport;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// A report as one HTML page with its charts inline; it loads nothing.
final class HtmlReport {
    private static final int LABEL = 180;
    private static final int WIDTH = 480;
    private static final int ROW = 44;
    private static final int BAR = 14;
    private static final String STYLE =
            "body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
                    + "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .6rem;border-bottom:1px solid #d5d9de;text-align:right}"
                    + "td:first-child,th:first-child,td:last-child,th:last-child{text-align:left}"
                    + "svg text{font:12px system-ui,sans-serif;fill:#1b1f24}.improved{color:#1a6b34}.degraded{color:#a3262a}";

    private final Formatter out = new Formatter(Locale.ROOT);

    private HtmlReport() {}

    static String of(EvaluationReport report) {
        HtmlReport page = new HtmlReport();
        page.write(report);
        return page.out.toString();
    }

    private void write(EvaluationReport report) {
        String title = escaped(report.comparison().suite());
        out.format(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s</title><style>%s</style></head><body>%n",
                title, STYLE);
        out.format(
                "<h1>%s</h1><p>Baseline %s (<code>%s</code>), candidate %s (<code>%s</code>).</p>%n",
                title,
                escaped(report.comparison().baseline().name()),
                escaped(report.comparison().baseline().revision()),
                escaped(report.comparison().candidate().name()),
                escaped(report.comparison().candidate().revision()));
        List<SubjectResult> results = new ArrayList<>(report.comparison().subjects());
        results.add(report.comparison().overall());
        chart(results);
        table(results);
        out.format("<pre>%s</pre></body></html>%n", escaped(MarkdownReport.of(report)));
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
                    y + BAR + 4, escaped(result.name().replace('_', ' ')));
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

    private void table(List<SubjectResult> results) {
        out.format(
                "<table><tr><th>subject</th><th>n</th><th>baseline</th><th>candidate</th><th>difference</th><th>only one</th><th>p</th><th>Holm p</th><th>verdict</th></tr>%n");
        for (SubjectResult result : results) {
            out.format(
                    "<tr><td>%s</td><td>%d</td><td>%.1f</td><td>%.1f</td><td>%+.1f</td><td>%d / %d</td><td>%.4f</td><td>%.4f</td><td class=\"%s\">%s</td></tr>%n",
                    escaped(result.name().replace('_', ' ')),
                    result.n(),
                    100 * result.baseline().accuracy(),
                    100 * result.candidate().accuracy(),
                    100 * result.difference(),
                    result.onlyBaseline(),
                    result.onlyCandidate(),
                    result.mcnemarP(),
                    result.holmP(),
                    result.verdict().words().replace(' ', '-'),
                    result.verdict().words());
        }
        out.format("</table>%n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
