package dev.stethos.evaluation.report;

import java.util.ArrayList;
import java.util.List;

/// One table of a report as text, for every form it is written in.
///
/// @param head the columns' names; the first column names the rows
/// @param words whether the last column holds words, not numbers
/// @param notes what one must know to read it
record ReportTable(List<String> head, List<List<String>> rows, boolean words, List<String> notes) {

    ReportTable {
        head = List.copyOf(head);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /// Whether a column's cells begin at its left edge.
    boolean left(int column) {
        return column == 0 || (words && column == head.size() - 1);
    }

    /// Head and rows.
    List<List<String>> lines() {
        List<List<String>> lines = new ArrayList<>(rows.size() + 1);
        lines.add(head);
        lines.addAll(rows);
        return lines;
    }
}
