package dev.stethos.evaluation.suite;

import dev.stethos.evaluation.grading.AnswerEquivalence;
import dev.stethos.evaluation.grading.AnswerExtraction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a model is asked and how its answers are graded, as a YAML file declares it.
///
/// @param items the problems, null where they have to be given with [#withItems]
/// @param subjects the subjects that items may have, in the order of the report
/// @param maxTokens the longest answer; longer ones are cut and counted as truncated
/// @param stop strings that end an answer
/// @param control text with one document a line, whose loss is compared too; null for none
public record Suite(
        String name,
        @Nullable Source items,
        List<String> subjects,
        Prompt prompt,
        int maxTokens,
        List<String> stop,
        AnswerExtraction extraction,
        AnswerEquivalence equivalence,
        @Nullable Source control) {

    private static final List<String> NAMES =
            List.of("tiny-math", "minerva-math", "hendrycks-math", "math-500", "chat-math");

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
        if (stop.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "stop: an empty string was given, allowed is some text");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException(
                    "max-tokens: %d was given, allowed is 1 or more".formatted(maxTokens));
        }
    }

    /// The suite of that name, or the one that the YAML file of that name declares.
    public static Suite find(String nameOrFile) {
        return nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml")
                ? at(Path.of(nameOrFile))
                : named(nameOrFile);
    }

    /// The suite of that name; [SuiteException] lists the names there are.
    public static Suite named(String name) {
        if (!NAMES.contains(name)) {
            throw new SuiteException(
                    "suite: %s was given, allowed is %s or a file *.yaml"
                            .formatted(name, String.join(", ", NAMES)));
        }
        String file = "evaluation/suites/" + name + ".yaml";
        return SuiteFile.parse(bytes(new Source.Resource(file)), file, Source.Resource::new);
    }

    /// The suite that a YAML file on disk declares; its paths are relative to its folder.
    public static Suite at(Path file) {
        return SuiteFile.parse(
                bytes(new Source.Local(file)),
                file.toString(),
                path -> new Source.Local(file.resolveSibling(path)));
    }

    /// A suite whose paths name resources of this build.
    ///
    /// @param where the text's origin, for messages
    public static Suite parse(String yaml, String where) {
        return SuiteFile.parse(yaml.getBytes(StandardCharsets.UTF_8), where, Source.Resource::new);
    }

    /// This suite over the problems of a JSON lines or parquet file, or of a folder with one file
    /// or folder for each subject.
    public Suite withItems(Path data) {
        return new Suite(
                name,
                new Source.Local(data),
                subjects,
                prompt,
                maxTokens,
                stop,
                extraction,
                equivalence,
                control);
    }

    /// Every item, checked: ids are unique and each item's subject is one of the suite's.
    public List<MathProblem> problems() {
        if (items == null) {
            throw new SuiteException(
                    "suite %s: no data was given, its problems are not in this build"
                            .formatted(name));
        }
        return Items.read(items, subjects, prompt.shots());
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

    /// The control text's documents, none where the suite has no control text.
    public List<String> controlDocuments() {
        if (control == null) {
            return List.of();
        }
        return new String(bytes(control), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    private static byte[] bytes(Source source) {
        try (InputStream in = source.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new SuiteException(source + ": " + e.getMessage(), e);
        }
    }
}
