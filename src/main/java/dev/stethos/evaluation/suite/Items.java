package dev.stethos.evaluation.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads a suite's items from wherever they lie and checks them as a whole: ids are unique, every
/// subject is one of the suite's, and no problem is one of the prompt's shots or of the training
/// files that lie beside the items.
final class Items {
    private final List<String> subjects;
    private final List<MathProblem> problems = new ArrayList<>();
    private final Map<String, String> placeOfId = new HashMap<>();

    /// Problems whose solutions a model may have been shown.
    private final Map<String, String> placeOfShown = new HashMap<>();

    private Items(List<String> subjects, List<Prompt.Shot> shots) {
        this.subjects = subjects;
        for (Prompt.Shot shot : shots) {
            show(shot.problem(), "shot %d of the prompt".formatted(placeOfShown.size() + 1));
        }
    }

    static List<MathProblem> read(
            Source source, List<String> subjects, List<Prompt.Shot> shots) {
        Items items = new Items(subjects, shots);
        switch (source) {
            case Source.Local local when Files.isDirectory(local.path()) ->
                    items.folder(local.path());
            default -> items.file(source, subjects.size() == 1 ? subjects.getFirst() : null, "");
        }
        if (items.problems.isEmpty()) {
            throw new SuiteException(source + ": it has no items, allowed is one or more");
        }
        return items.problems;
    }

    /// One file, or one folder of files, named like each subject.
    private void folder(Path folder) {
        for (String subject : subjects) {
            trainingFiles(folder, subject).forEach(this::showAll);
            for (Path file : filesOf(folder, subject)) {
                file(new Source.Local(file), subject, subject + "/");
            }
        }
    }

    private static List<Path> filesOf(Path folder, String subject) {
        List<Path> files = new ArrayList<>();
        for (Path child : children(folder)) {
            boolean inside = Files.isDirectory(child);
            String name = name(child);
            if (inside && MathProblem.subjectOf(name).equals(subject)) {
                files.addAll(testFiles(child));
            } else if (isData(name) && MathProblem.subjectOf(stem(name)).equals(subject)) {
                files.add(child);
            }
        }
        if (files.isEmpty()) {
            throw new SuiteException(
                    "%s: nothing for subject %s, allowed is %s.jsonl, %s.parquet or a folder %s with test files"
                            .formatted(folder, subject, subject, subject, subject));
        }
        return files;
    }

    /// The data files of a subject's folder; where training files lie beside them, those whose name
    /// begins with `test`.
    private static List<Path> testFiles(Path folder) {
        List<Path> data = children(folder).stream().filter(file -> isData(name(file))).toList();
        boolean split = data.stream().anyMatch(file -> !name(file).startsWith("test"));
        if (!split || data.size() == 1) {
            return data;
        }
        return data.stream().filter(file -> name(file).startsWith("test")).toList();
    }

    /// The data files of the subject's folders that are no test files.
    private static List<Path> trainingFiles(Path folder, String subject) {
        List<Path> files = new ArrayList<>();
        for (Path child : children(folder)) {
            if (Files.isDirectory(child) && MathProblem.subjectOf(name(child)).equals(subject)) {
                files.addAll(children(child).stream().filter(file -> isData(name(file))).toList());
                files.removeAll(testFiles(child));
            }
        }
        return files;
    }

    private void showAll(Path trainingFile) {
        rows(new Source.Local(trainingFile), row -> show(row.problemText(), row.where()));
    }

    private void show(String problem, String where) {
        placeOfShown.putIfAbsent(plain(problem), where);
    }

    /// The text without what its line breaks and blanks are.
    private static String plain(String problem) {
        return problem.strip().replaceAll("\\s+", " ");
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new SuiteException(folder + ": a folder that can be read is needed here", e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static boolean isData(String name) {
        return name.endsWith(".jsonl") || name.endsWith(".parquet");
    }

    private static String stem(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /// @param subject what items without a type are about, null where they must have one
    /// @param idPrefix put before ids that are line numbers
    private void file(Source source, @Nullable String subject, String idPrefix) {
        rows(source, row -> add(row, subject, idPrefix));
    }

    private static void rows(Source source, Consumer<ItemRow> each) {
        if (source instanceof Source.Local local
                && local.path().toString().toLowerCase(Locale.ROOT).endsWith(".parquet")) {
            ParquetFile.read(local.path(), each);
            return;
        }
        try (InputStream in = source.open()) {
            JsonLines.read(in, source.toString(), each);
        } catch (IOException e) {
            throw new SuiteException(source + ": " + e.getMessage(), e);
        }
    }

    private void add(ItemRow row, @Nullable String subject, String idPrefix) {
        MathProblem problem = row.problem(subject, idPrefix);
        if (!subjects.contains(problem.subject())) {
            throw new SuiteException(
                    "%s, item %s, type: %s was given, allowed is one of %s"
                            .formatted(row.where(), problem.id(), problem.type(), subjects));
        }
        String shown = placeOfShown.get(plain(problem.problem()));
        if (shown != null) {
            throw new SuiteException(
                    "%s: item %s was given, but its problem is %s; allowed are problems that are shown nowhere"
                            .formatted(row.where(), problem.id(), shown));
        }
        String earlier = placeOfId.putIfAbsent(problem.id(), row.where());
        if (earlier != null) {
            throw new SuiteException(
                    "%s: id %s was given, but %s has it; ids are unique"
                            .formatted(row.where(), problem.id(), earlier));
        }
        problems.add(problem);
    }
}
