package dev.stethos.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// One line or row of a data set. Its text fields are problem, level, type (or subject), solution,
/// answer, and id (or unique_id) where the data has its own; others are ignored.
///
/// @param where file and line, for messages
/// @param number counted from 1; the id of an item that has none
record ItemRow(String where, int number, JsonNode fields) {

    /// @param subject what an item without a type is about, null where it must have one
    /// @param idPrefix put before a number that serves as the id
    MathProblem problem(@Nullable String subject, String idPrefix) {
        String problem = problemText();
        String id = text(fields.has("id") ? "id" : "unique_id", idPrefix + number);
        String type =
                text(fields.has("subject") && !fields.has("type") ? "subject" : "type", subject);
        String level = text("level", "");
        try {
            return new MathProblem(
                    id, problem, level, type, worked(text("answer", "")));
        } catch (IllegalArgumentException e) {
            throw new SuiteException(where + ", " + e.getMessage(), e);
        }
    }

    /// The problem alone.
    String problemText() {
        if (!fields.isObject()) {
            throw new SuiteException(where + ": not a JSON object");
        }
        return text("problem", null);
    }

    /// The solution; one without a box ends with the answer in one.
    private String worked(String answer) {
        if (answer.isBlank()) {
            return text("solution", null);
        }
        String solution = text("solution", "");
        return MathProblem.holdsAnswer(solution)
                ? solution
                : (solution + " \\boxed{" + answer + "}").strip();
    }

    private String text(String name, @Nullable String otherwise) {
        JsonNode value = fields.get(name);
        if (value == null && otherwise != null) {
            return otherwise;
        }
        if (value == null || !value.isValueNode() || value.isNull()) {
            throw new SuiteException(
                    "%s, field %s: %s was given, allowed is text"
                            .formatted(where, name, value == null ? "nothing" : value));
        }
        return value.asText();
    }
}
