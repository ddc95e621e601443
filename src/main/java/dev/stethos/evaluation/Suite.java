package dev.stethos.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What a model is asked and how its answers are graded, as a YAML file declares it. `items` and
/// `control` name resources: JSON lines of [MathProblem]s, and text with one document a line.
///
/// @param subjects the subjects that items may have, in the order of the report
/// @param maxTokens the longest answer; longer ones are cut and counted as truncated
/// @param stop strings that end an answer
public record Suite(
        String name,
        String items,
        List<String> subjects,
        Prompt prompt,
        @JsonProperty("max-tokens") int maxTokens,
        List<String> stop,
        AnswerExtraction extraction,
        AnswerEquivalence equivalence,
        String control) {

    private static final List<String> NAMES = List.of("tiny-math");
    private static final ObjectReader YAML =
            YAMLMapper.builder()
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readerFor(Suite.class);

    public Suite {
        subjects = List.copyOf(subjects);
        stop = List.copyOf(stop);
        if (subjects.isEmpty() || !subjects.equals(subjects.stream().distinct().toList())) {
            throw new IllegalArgumentException(
                    "subjects: %s was given, allowed is one or more, each once"
                            .formatted(subjects));
        }
        for (String subject : subjects) {
            if (!subject.equals(MathProblem.subjectOf(subject))) {
                throw new IllegalArgumentException(
                        "subjects: %s was given, allowed is %s"
                                .formatted(subject, MathProblem.subjectOf(subject)));
            }
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException(
                    "max-tokens: %d was given, allowed is 1 or more".formatted(maxTokens));
        }
    }

    /// How a problem becomes a prompt: `text` with `{problem}` in it.
    public record Prompt(Style style, String text) {
        private static final String PLACE = "{problem}";

        public Prompt {
            if (!text.contains(PLACE)) {
                throw new IllegalArgumentException(
                        "prompt: \"%s\" was given, allowed is text with %s in it"
                                .formatted(text, PLACE));
            }
        }

        public String fill(String problem) {
            return text.replace(PLACE, problem);
        }
    }

    public enum Style {
        /// One user turn of the checkpoint's chat template.
        CHAT
    }

    /// The suite of that name; [SuiteException] lists the names there are.
    public static Suite named(String name) {
        if (!NAMES.contains(name)) {
            throw new SuiteException(
                    "suite: %s was given, allowed is %s".formatted(name, String.join(", ", NAMES)));
        }
        String file = "evaluation/suites/" + name + ".yaml";
        return parse(resource(file), file);
    }

    /// @param where the file's name, for messages
    static Suite parse(String yaml, String where) {
        try {
            return YAML.readValue(yaml);
        } catch (JsonProcessingException e) {
            throw new SuiteException("suite " + where + ": " + e.getOriginalMessage(), e);
        }
    }

    /// Every item, checked: ids are unique and each item's subject is one of the suite's.
    public List<MathProblem> problems() {
        List<MathProblem> problems = ProblemFile.parse(resource(items), items);
        for (MathProblem problem : problems) {
            if (!subjects.contains(problem.subject())) {
                throw new SuiteException(
                        "%s, item %s, type: %s was given, allowed is one of %s"
                                .formatted(items, problem.id(), problem.type(), subjects));
            }
        }
        return problems;
    }

    /// Items of those subjects, of every subject when none is named, in the file's order. Of a
    /// subject with more than `limit` items that many are taken, evenly spread over the file.
    /// Subjects may be spelled in any way that [MathProblem#subjectOf] knows.
    public List<MathProblem> problems(List<String> ofSubjects, int limit) {
        if (limit < 1) {
            throw new SuiteException("limit: %d was given, allowed is 1 or more".formatted(limit));
        }
        Set<String> wanted = wanted(ofSubjects);
        List<MathProblem> all = problems();
        Map<String, Integer> sizes = new HashMap<>();
        all.forEach(item -> sizes.merge(item.subject(), 1, Integer::sum));
        Map<String, Integer> seen = new HashMap<>();
        List<MathProblem> selected = new ArrayList<>();
        for (MathProblem item : all) {
            String subject = item.subject();
            long place = seen.merge(subject, 1, Integer::sum);
            int size = sizes.getOrDefault(subject, 0);
            int take = Math.min(limit, size);
            // Of every size / take places, the one at which the quota rises is taken.
            boolean taken = place * take / size > (place - 1) * take / size;
            if (taken && wanted.contains(subject)) {
                selected.add(item);
            }
        }
        return selected;
    }

    private Set<String> wanted(List<String> ofSubjects) {
        Set<String> wanted = new HashSet<>();
        for (String subject : ofSubjects.isEmpty() ? subjects : ofSubjects) {
            if (!subjects.contains(MathProblem.subjectOf(subject))) {
                throw new SuiteException(
                        "subjects of %s: %s was given, allowed is %s"
                                .formatted(name, subject, String.join(", ", subjects)));
            }
            wanted.add(MathProblem.subjectOf(subject));
        }
        return wanted;
    }

    /// The control text's documents.
    public List<String> controlDocuments() {
        return resource(control).lines().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    private static String resource(String path) {
        ClassLoader loader = Objects.requireNonNull(Suite.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(path)) {
            if (in == null) {
                throw new SuiteException("resource " + path + ": it is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SuiteException("resource " + path + ": " + e.getMessage(), e);
        }
    }
}
