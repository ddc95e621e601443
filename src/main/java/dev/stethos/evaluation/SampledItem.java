package dev.stethos.evaluation;

import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.stats.MajorityVote;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One item with what the arms said to it so far.
///
/// @param position the item's place in the evaluation, from 0
/// @param expected the reference answer
/// @param answers in the order of samples, and of arms within a sample
public record SampledItem(
        int position,
        String id,
        String subject,
        String problem,
        String expected,
        List<Sample> answers) {

    public SampledItem {
        answers = List.copyOf(answers);
    }

    static SampledItem of(int position, MathProblem problem, List<Sample> answers) {
        return new SampledItem(
                position,
                problem.id(),
                problem.subject(),
                problem.problem(),
                problem.answer(),
                answers);
    }

    /// One graded answer.
    ///
    /// @param arm 0 the baseline, 1 the candidate, 2 the baseline that must work
    /// @param agreesWith the first sample of the same arm with an equivalent answer; null without
    ///   an answer
    public record Sample(int arm, int sample, GradedAnswer graded, @Nullable Integer agreesWith) {}

    /// One arm's answers by sample.
    public List<Sample> of(int arm) {
        return answers.stream().filter(answer -> answer.arm() == arm).toList();
    }

    /// The vote of one arm's samples.
    public MajorityVote vote(int arm) {
        return MajorityVote.of(
                of(arm).stream()
                        .mapToInt(answer -> Objects.requireNonNullElse(answer.agreesWith(), -1))
                        .toArray());
    }

    /// What one arm answers: what most of its samples say, the first sample where none has an
    /// answer.
    public GradedAnswer answer(int arm) {
        return of(arm).get(Math.max(0, vote(arm).winner())).graded();
    }

    /// The item as it is compared, one answer of each arm.
    public GradedItem graded() {
        return new GradedItem(
                id,
                subject,
                problem,
                expected,
                answer(0),
                answer(1),
                of(2).isEmpty() ? null : answer(2));
    }
}
