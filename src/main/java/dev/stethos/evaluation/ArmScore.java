package dev.stethos.evaluation;

import dev.stethos.stats.WilsonInterval;
import java.util.List;
import java.util.function.Predicate;

/// How one arm did on a set of items, with the parts that can fake a gain. All but `correct` and
/// `meanTokens` are shares of the items.
///
/// @param accuracyInterval 95 %, Wilson
/// @param parsable answers that could be extracted
/// @param undecided extracted answers of which it could not be told if they are right
/// @param truncated answers that the token limit cut
/// @param unworked answers that begin with the box
/// @param meanTokens mean length of an answer
public record ArmScore(
        int correct,
        double accuracy,
        WilsonInterval accuracyInterval,
        double parsable,
        double undecided,
        double truncated,
        double unworked,
        double meanTokens) {

    private static final double CONFIDENCE = 0.95;

    static ArmScore of(List<GradedAnswer> answers) {
        if (answers.isEmpty()) {
            throw new IllegalArgumentException("score: no answers, allowed is one or more");
        }
        int correct = (int) answers.stream().filter(GradedAnswer::correct).count();
        return new ArmScore(
                correct,
                share(answers, GradedAnswer::correct),
                WilsonInterval.of(correct, answers.size(), CONFIDENCE),
                share(answers, answer -> answer.answer() != null),
                share(answers, GradedAnswer::undecided),
                share(answers, GradedAnswer::truncated),
                share(answers, GradedAnswer::unworked),
                answers.stream().mapToInt(GradedAnswer::tokens).average().orElseThrow());
    }

    private static double share(List<GradedAnswer> answers, Predicate<GradedAnswer> which) {
        return answers.stream().filter(which).count() / (double) answers.size();
    }
}
