package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.GradedAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One item with what the arms said to it so far.
///
/// @param answers in the order of samples, and of arms within a sample
public record StoredItem(
        int position,
        String id,
        String subject,
        String problem,
        String expected,
        List<StoredAnswer> answers) {

    public StoredItem {
        answers = List.copyOf(answers);
    }

    /// One graded answer.
    ///
    /// @param arm 0 the baseline, 1 the candidate, 2 the baseline that must work
    /// @param agreesWith the first sample of the same arm with an equivalent answer; null without
    ///   an answer
    public record StoredAnswer(
            int arm, int sample, GradedAnswer graded, @Nullable Integer agreesWith) {}

    /// One arm's answers by sample.
    public List<StoredAnswer> of(int arm) {
        return answers.stream().filter(answer -> answer.arm() == arm).toList();
    }
}
