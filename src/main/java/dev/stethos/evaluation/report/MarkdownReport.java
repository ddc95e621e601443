package dev.stethos.evaluation.report;

import dev.stethos.evaluation.AbReport.ArmName;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A report as Markdown: the tables without the items.
public final class MarkdownReport {
    private final Formatter out = new Formatter(Locale.ROOT);

    private MarkdownReport() {}

    public static String of(EvaluationReport report) {
        MarkdownReport page = new MarkdownReport();
        page.write(report, "#");
        return page.out.toString();
    }

    private void write(EvaluationReport report, String heading) {
        out.format("%s %s%n%n", heading, report.comparison().suite());
        out.format("%s.%n%n", ReportTables.setting(report));
        row(List.of("arm", "model", "revision"));
        out.format("|---|---|---|%n");
        arm("baseline", report.comparison().baseline());
        arm("candidate", report.comparison().candidate());
        ReportTables.of(report).forEach(this::write);
        lines(ReportTables.controlText(report.comparison().controlText()));
        if (report.also() != null) {
            for (EvaluationReport other : report.also()) {
                out.format("%n");
                write(other, heading + "#");
            }
        }
    }

    private void arm(String role, ArmName arm) {
        row(List.of(role, arm.name(), "`" + arm.revision() + "`"));
    }

    private void write(ReportTable table) {
        out.format("%n");
        row(table.head());
        out.format(
                "|%s|%n",
                IntStream.range(0, table.head().size())
                        .mapToObj(column -> table.left(column) ? "---" : "--:")
                        .collect(Collectors.joining("|")));
        table.rows().forEach(this::row);
        lines(table.notes());
    }

    private void row(List<String> cells) {
        out.format(
                "| %s |%n",
                cells.stream()
                        .map(cell -> cell.replace("|", "\\|"))
                        .collect(Collectors.joining(" | ")));
    }

    private void lines(List<String> lines) {
        lines.forEach(line -> out.format("%n%s%n", line.replace("*", "\\*")));
    }
}
