package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.weights.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What of a suite an evaluation asks, and a hash of it with all that the suite declares.
record SelectedItems(List<MathProblem> problems, List<String> documents, String hash) {

    SelectedItems {
        problems = List.copyOf(problems);
        documents = List.copyOf(documents);
    }

    static SelectedItems of(
            Suite suite,
            List<String> subjects,
            @Nullable Integer limit,
            @Nullable Integer control) {
        List<MathProblem> problems =
                suite.problems(subjects, limit == null ? Integer.MAX_VALUE : limit);
        List<String> all = suite.controlDocuments();
        List<String> documents =
                control == null ? all : all.subList(0, Math.min(control, all.size()));
        String text = suite + "\n" + problems + "\n" + documents;
        return new SelectedItems(
                problems, documents, Fingerprint.ofBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Of a suite that is asked beside the first: all its subjects, no control text.
    static SelectedItems further(Suite suite, @Nullable Integer limit) {
        return of(suite, List.of(), limit, 0);
    }

    /// Throws [ArmUnavailableException] when the suite is not what it was.
    void requireHash(Suite suite, String then) {
        if (!hash.equals(then)) {
            throw new ArmUnavailableException(
                    "suite %s: it was %s when the evaluation was made and is %s here"
                            .formatted(suite.name(), then, hash));
        }
    }
}
