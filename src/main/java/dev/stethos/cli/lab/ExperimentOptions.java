package dev.stethos.cli.lab;

import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Source;
import dev.stethos.evaluation.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The options that say which arms an experiment has and on which items they are measured.
final class ExperimentOptions {
    private static final String VALIDATION = "validation";

    @Option(
            names = "--layers",
            paramLabel = "K",
            split = ",",
            defaultValue = "4",
            description =
                    "Layers of every chosen, random and bottom set; of several numbers the best on validation items. Default: ${DEFAULT-VALUE}")
    private List<Integer> counts = List.of(4);

    @Option(
            names = "--scales",
            paramLabel = "X",
            split = ",",
            defaultValue = "1",
            description =
                    "What these sets' deltas are multiplied by; of several numbers the best on validation items. Default: ${DEFAULT-VALUE}")
    private List<Double> scales = List.of(1.0);

    @Option(
            names = "--random-sets",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many random sets. Default: ${DEFAULT-VALUE}")
    private int randomSets = 20;

    @Option(
            names = "--ranks",
            paramLabel = "K",
            split = ",",
            defaultValue = "4,8,16,32",
            description = "Directions a layer of the projections. Default: ${DEFAULT-VALUE}")
    private List<Integer> ranks = List.of();

    @Option(
            names = "--target",
            paramLabel = "SUBJECT",
            split = ",",
            defaultValue = "number_theory",
            description =
                    "The subjects that claims are about, one report each; choices are made on the first. Default: ${DEFAULT-VALUE}")
    private List<String> targets = List.of("number_theory");

    @Option(
            names = "--items",
            paramLabel = "validation|test",
            defaultValue = VALIDATION,
            description =
                    "Which items; every choice is made on validation items. Default: ${DEFAULT-VALUE}")
    private String items = VALIDATION;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "At most this many items of each subject, and of control text. Default: all")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--others",
            paramLabel = "N",
            description =
                    "At most this many items of each subject but the first target. Default: as many as --limit says")
    private int others = Integer.MAX_VALUE;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides random sets and directions. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    List<Integer> counts() {
        return counts;
    }

    List<Double> scales() {
        return scales;
    }

    /// Whether there is something to choose on validation items.
    boolean isOpen() {
        return counts.size() > 1 || scales.size() > 1;
    }

    int randomSets() {
        return randomSets;
    }

    List<Integer> ranks() {
        return ranks;
    }

    List<String> targets() {
        return targets.stream().map(MathProblem::subjectOf).toList();
    }

    long seed() {
        return seed;
    }

    /// The items that were asked for.
    Suite suite() {
        return suite(items);
    }

    /// The tiny suite on the items on which choices are made.
    static Suite validation() {
        return suite(VALIDATION);
    }

    private static Suite suite(String items) {
        Suite test = Suite.named("tiny-math");
        return switch (items) {
            case "test" -> test;
            case VALIDATION ->
                    new Suite(
                            "tiny-math, validation items",
                            new Source.Resource("tiny/validation.jsonl"),
                            test.subjects(),
                            test.prompt(),
                            test.maxTokens(),
                            test.stop(),
                            test.extraction(),
                            test.equivalence(),
                            new Source.Resource("tiny/control-validation.txt"));
            default ->
                    throw new IllegalArgumentException(
                            "--items: '%s' was given, allowed are validation and test"
                                    .formatted(items));
        };
    }

    /// Problems of these subjects.
    List<MathProblem> problems(Suite suite, List<String> subjects) {
        return suite.problems(subjects, limit);
    }

    /// Problems of all subjects, of all but the first target as many as of the others.
    List<MathProblem> problems(Suite suite) {
        String target = targets().getFirst();
        List<MathProblem> problems = new ArrayList<>();
        for (String subject : suite.subjects()) {
            int most = subject.equals(target) ? limit : Math.min(limit, others);
            problems.addAll(suite.problems(List.of(subject), most));
        }
        return problems;
    }

    /// As many control documents as items were asked for.
    List<String> documents(Suite suite) {
        long most = (long) limit * suite.subjects().size();
        return suite.controlDocuments().stream().limit(most).toList();
    }
}
