package dev.stethos.cli.lab;

import dev.stethos.cli.options.Scratch;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.Corpus;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.diagnosis.Labels;
import dev.stethos.weights.Fingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which math and control text a diagnosis hears; of the embedded model its
/// validation items and documents, which no choice on test items can touch.
final class LabTexts {
    private static final String MATH = "tiny/validation.jsonl";
    private static final String CONTROL = "tiny/control-validation.txt";
    private static final int CONTEXT = 1024;

    @Option(
            names = "--math",
            paramLabel = "FILE",
            description =
                    "Math text: JSON lines with problem, solution and type, the subject. Default: the embedded model's validation items")
    private @Nullable Path math;

    @Option(
            names = "--control",
            paramLabel = "FILE",
            description =
                    "Control text, a document a line. Default: the embedded model's validation documents")
    private @Nullable Path control;

    @Option(
            names = "--documents",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "At most this many documents of each subject, and as many of control text as of all subjects. Default: ${DEFAULT-VALUE}")
    private int most = 40;

    /// The defaults but for how many.
    static LabTexts of(int most) {
        LabTexts texts = new LabTexts();
        texts.most = most;
        return texts;
    }

    /// Documents with their labels, the subjects' names, and the hash of each file.
    record Texts(
            List<Document> documents,
            Labels labels,
            List<String> subjects,
            SortedMap<String, String> inputs) {
        /// The documents of a subject, in any spelling.
        List<Document> of(String subject) {
            int wanted =
                    subjects.stream()
                            .map(MathProblem::subjectOf)
                            .toList()
                            .indexOf(MathProblem.subjectOf(subject));
            if (wanted < 0) {
                throw new IllegalArgumentException(
                        "--target: '%s' was given, allowed is one of %s"
                                .formatted(subject, subjects));
            }
            List<Document> found = new ArrayList<>();
            for (int i = 0; i < documents.size(); i++) {
                if (labels.of()[i] == wanted) {
                    found.add(documents.get(i));
                }
            }
            return found;
        }
    }

    /// Resources are copied to `scratch`.
    Texts read(Gemma3Model model, Path scratch) {
        if (most < 2) {
            throw new IllegalArgumentException(
                    "--documents: %d was given, allowed is 2 or more".formatted(most));
        }
        Path mathFile = math == null ? Scratch.copied(MATH, scratch) : math;
        Path controlFile = control == null ? Scratch.copied(CONTROL, scratch) : control;
        Corpus corpus = new Corpus(model, Math.min(CONTEXT, model.config().maxPositions()));
        Map<String, List<Document>> bySubject = new LinkedHashMap<>();
        for (Corpus.Entry entry : corpus.read(mathFile)) {
            String group = entry.group();
            bySubject
                    .computeIfAbsent(group == null ? "math" : group, _ -> new ArrayList<>())
                    .add(entry.document());
        }
        List<Document> documents = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> subjects = List.copyOf(bySubject.keySet());
        bySubject.forEach((subject, all) -> {
            for (Document document : spread(all, most)) {
                documents.add(document);
                labels.add(subjects.indexOf(subject));
            }
        });
        for (Document document : spread(corpus.documents(controlFile), documents.size())) {
            documents.add(document);
            labels.add(Labels.CONTROL);
        }
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put(String.valueOf(mathFile.getFileName()), Fingerprint.ofFile(mathFile));
        inputs.put(String.valueOf(controlFile.getFileName()), Fingerprint.ofFile(controlFile));
        return new Texts(
                documents,
                new Labels(labels.stream().mapToInt(Integer::intValue).toArray(), subjects.size()),
                subjects,
                inputs);
    }

    private static List<Document> spread(List<Document> all, int most) {
        int take = Math.min(most, all.size());
        List<Document> some = new ArrayList<>();
        for (int i = 0; i < take; i++) {
            some.add(all.get((int) ((long) i * all.size() / take)));
        }
        return some;
    }
}
