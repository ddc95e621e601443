package dev.stethos.evaluation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Math problems as JSON lines: one object a line with the text fields problem, level, type and
/// solution, and id where the file has its own; others are ignored. Every refusal names its line.
final class ProblemFile {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ProblemFile() {}

    /// @param where the file's name, for messages
    static List<MathProblem> parse(String text, String where) {
        List<MathProblem> problems = new ArrayList<>();
        Map<String, Integer> lineOfId = new HashMap<>();
        int line = 0;
        String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        for (String json : content.lines().toList()) {
            line++;
            if (json.isBlank()) {
                continue;
            }
            String here = where + ", line " + line;
            MathProblem problem = problem(json, line, here);
            Integer earlier = lineOfId.putIfAbsent(problem.id(), line);
            if (earlier != null) {
                throw new SuiteException(
                        "%s: id %s was given, but line %d has it; ids are unique"
                                .formatted(here, problem.id(), earlier));
            }
            problems.add(problem);
        }
        if (problems.isEmpty()) {
            throw new SuiteException(where + ": it has no items, allowed is one or more");
        }
        return problems;
    }

    private static MathProblem problem(String json, int line, String here) {
        JsonNode item;
        try {
            item = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new SuiteException(here + ": not JSON: " + e.getOriginalMessage(), e);
        }
        if (!item.isObject()) {
            throw new SuiteException(here + ": not a JSON object");
        }
        String id = item.has("id") ? field(item, "id", here) : Integer.toString(line);
        String problem = field(item, "problem", here);
        String level = field(item, "level", here);
        String type = field(item, "type", here);
        String solution = field(item, "solution", here);
        try {
            return new MathProblem(id, problem, level, type, solution);
        } catch (IllegalArgumentException e) {
            throw new SuiteException(here + ", " + e.getMessage(), e);
        }
    }

    private static String field(JsonNode item, String name, String here) {
        JsonNode value = item.get(name);
        if (value == null || !value.isValueNode() || value.isNull()) {
            throw new SuiteException(
                    "%s, field %s: %s was given, allowed is text"
                            .formatted(here, name, value == null ? "nothing" : value));
        }
        return value.asText();
    }
}
