package dev.stethos.tiny.problems;

/// A problem with its worked solution. `id` names the template and every number the answer depends
/// on; `level` runs from 1 to 5; `solution` ends in its only `\boxed{answer}`.
public record MathItem(String id, Subject subject, int level, String problem, String solution) {
    private static final String BOX = "\\boxed{";

    public MathItem {
        if (!solution.endsWith("}") || solution.indexOf(BOX) != solution.lastIndexOf(BOX)) {
            throw new IllegalArgumentException("item " + id + ": solution '" + solution + "'");
        }
    }

    /// The template that wrote this item, unique over all subjects.
    public String template() {
        return id.substring(0, id.lastIndexOf('/'));
    }

    public String answer() {
        return boxed(solution);
    }

    public Split split() {
        return Split.of(id);
    }

    /// True when a solution states its answer without any step before it.
    public static boolean unworked(String solution) {
        return solution.stripLeading().startsWith(BOX);
    }

    /// The content of the last complete box, or the empty string.
    public static String boxed(String solution) {
        int start = solution.lastIndexOf(BOX);
        if (start < 0) {
            return "";
        }
        int depth = 1;
        for (int i = start + BOX.length(); i < solution.length(); i++) {
            char c = solution.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return solution.substring(start + BOX.length(), i);
            }
        }
        return "";
    }
}
