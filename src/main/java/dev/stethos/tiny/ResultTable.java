package dev.stethos.tiny;

import dev.stethos.tiny.problems.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Outcomes as text lines and as JSON values.
final class ResultTable {
    private ResultTable() {}

    static String header() {
        StringBuilder line = new StringBuilder("%-34s".formatted("arm"));
        for (Subject subject : Subject.values()) {
            String name = subject.displayName();
            line.append(" %8s".formatted(name.substring(0, Math.min(8, name.length()))));
        }
        return line.append("      all unworked  control").toString();
    }

    /// Accuracies in percent by subject and over all, the share of unworked answers, the control
    /// loss.
    static String row(Outcome outcome) {
        StringBuilder line = new StringBuilder("%-34s".formatted(outcome.arm()));
        for (Subject subject : Subject.values()) {
            line.append(String.format(Locale.ROOT, " %8.1f", outcome.accuracy(subject)));
        }
        return line.append(
                        String.format(
                                Locale.ROOT,
                                " %8.1f %8.1f %8.4f",
                                outcome.accuracy(),
                                outcome.unworked(),
                                outcome.controlLoss()))
                .toString();
    }

    /// How an arm differs from the base, subject by subject.
    static String paired(Outcome outcome, Outcome baseline) {
        List<String> parts = new ArrayList<>();
        outcome.against(baseline)
                .forEach((subject, paired) ->
                        parts.add(
                                String.format(
                                        Locale.ROOT,
                                        "%s +%d/-%d p=%.2g",
                                        subject.displayName(),
                                        paired.gained(),
                                        paired.lost(),
                                        paired.p())));
        return outcome.arm() + ": " + String.join(", ", parts);
    }

    static Map<String, Object> json(Outcome outcome, Outcome baseline) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("arm", outcome.arm());
        json.put("accuracy", outcome.accuracy());
        json.put("unworked", outcome.unworked());
        json.put("controlLoss", outcome.controlLoss());
        List<Map<String, Object>> subjects = new ArrayList<>();
        outcome.against(baseline)
                .forEach((subject, paired) -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("name", subject.displayName());
                    entry.put("accuracy", outcome.accuracy(subject));
                    entry.put("onlyThisArm", paired.gained());
                    entry.put("onlyBase", paired.lost());
                    entry.put("mcNemarP", paired.p());
                    entry.put("templates", outcome.byTemplate(subject));
                    subjects.add(entry);
                });
        json.put("subjects", subjects);
        return json;
    }
}
