package dev.stethos.evaluation.report;

import dev.stethos.evaluation.AbReport.ArmName;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// A report as plain text of at most 100 columns.
public final class TextReport {
    private static final int REVISION = 12;

    private final Formatter out = new Formatter(Locale.ROOT);

    private TextReport() {}

    public static String of(EvaluationReport report) {
        TextReport text = new TextReport();
        text.write(report);
        return text.out.toString();
    }

    private void write(EvaluationReport report) {
        out.format("%s: %s%n", report.comparison().suite(), ReportTables.setting(report));
        arm("baseline", report.comparison().baseline());
        arm("candidate", report.comparison().candidate());
        for (ReportTable table : ReportTables.of(report)) {
            out.format("%n");
            write(table);
        }
        List<String> control = ReportTables.controlText(report.comparison().controlText());
        if (!control.isEmpty()) {
            out.format("%n");
            control.forEach(line -> out.format("%s%n", line));
        }
        if (report.also() != null) {
            for (EvaluationReport other : report.also()) {
                out.format("%n");
                write(other);
            }
        }
    }

    private void arm(String role, ArmName arm) {
        String revision = arm.revision();
        out.format(
                "%-10s %s, revision %s%n",
                role, arm.name(), revision.substring(0, Math.min(REVISION, revision.length())));
    }

    private void write(ReportTable table) {
        int[] widths = new int[table.head().size()];
        for (List<String> line : table.lines()) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        for (List<String> line : table.lines()) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = line.get(column);
                String blanks = " ".repeat(widths[column] - cell.length());
                if (table.left(column)) {
                    text.append(column == 0 ? "" : "  ").append(cell).append(blanks);
                } else {
                    text.append(' ').append(blanks).append(cell);
                }
            }
            out.format("%s%n", text.toString().stripTrailing());
        }
        table.notes().forEach(note -> out.format("%s%n", note));
    }
}
