package dev.stethos.evaluation.suite;

import java.util.List;

/// How a problem becomes a prompt: `text` with `{problem}` in it, after worked examples where there
/// are any.
public record Prompt(Style style, String text, List<Shot> shots) {
    private static final String PLACE = "{problem}";
    private static final String BETWEEN_SHOTS = "\n\n";
    private static final String BEFORE_SOLUTION = " ";

    public Prompt {
        shots = List.copyOf(shots);
        if (!text.contains(PLACE)) {
            throw new IllegalArgumentException(
                    "prompt: \"%s\" was given, allowed is text with %s in it"
                            .formatted(text, PLACE));
        }
    }

    public enum Style {
        /// The checkpoint's chat template: a user turn for the problem, and before it a user and a
        /// model turn for each shot.
        CHAT,
        /// Plain text to be continued.
        TEXT
    }

    /// A worked example.
    public record Shot(String problem, String solution) {
        public Shot {
            if (problem.isBlank() || solution.isBlank()) {
                throw new IllegalArgumentException(
                        "shot: a blank problem or solution was given, allowed is some text");
            }
        }
    }

    /// The template with the problem in its place, without the shots.
    public String fill(String problem) {
        return text.replace(PLACE, problem);
    }

    /// The shots with their solutions and then the problem, as one text.
    public String fillWithShots(String problem) {
        StringBuilder all = new StringBuilder();
        for (Shot shot : shots) {
            all.append(fill(shot.problem()))
                    .append(BEFORE_SOLUTION)
                    .append(shot.solution())
                    .append(BETWEEN_SHOTS);
        }
        return all.append(fill(problem)).toString();
    }
}
