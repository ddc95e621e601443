package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.GradedAnswer;
import dev.stethos.evaluation.jobs.StoredItem.StoredAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// How one arm did over several samples of each item.
///
/// @param mean share of all samples that are right
/// @param passAt for 1, 2, 4, ... samples: the probability that one of so many is right, by the
///   unbiased estimator of M. Chen et al., "Evaluating large language models trained on code", 2021
/// @param majority share of items whose most frequent answer is right
/// @param agreement mean share of an item's samples that give its most frequent answer
public record SampleScores(
        double mean, SortedMap<Integer, Double> passAt, double majority, double agreement) {

    public SampleScores {
        passAt = new TreeMap<>(passAt);
    }

    static SampleScores of(List<StoredItem> items, int arm, int samples) {
        double mean = 0;
        double majority = 0;
        double agreement = 0;
        SortedMap<Integer, Double> pass = new TreeMap<>();
        for (StoredItem item : items) {
            List<StoredAnswer> answers = item.of(arm);
            int right = (int) answers.stream().filter(a -> a.graded().correct()).count();
            Majority most = Majority.of(answers);
            mean += right / (double) samples;
            majority += most.answer().correct() ? 1 : 0;
            agreement += most.votes() / (double) samples;
            for (int k = 1; k < samples; k *= 2) {
                pass.merge(k, passAt(samples, right, k), Double::sum);
            }
            pass.merge(samples, passAt(samples, right, samples), Double::sum);
        }
        int n = items.size();
        pass.replaceAll((k, sum) -> sum / n);
        return new SampleScores(mean / n, pass, majority / n, agreement / n);
    }

    /// 1 - C(n - c, k) / C(n, k).
    static double passAt(int samples, int right, int k) {
        double none = 1;
        for (int i = samples - right + 1; i <= samples; i++) {
            none *= Math.max(0, 1 - (double) k / i);
        }
        return 1 - none;
    }

    /// The answer that most samples give, the earliest of those that are level; the first sample's
    /// when none gives one.
    ///
    /// @param votes samples that give it
    record Majority(GradedAnswer answer, int votes) {
        static Majority of(List<StoredAnswer> answers) {
            Map<Integer, Integer> votes = new HashMap<>();
            for (StoredAnswer answer : answers) {
                if (answer.agreesWith() != null) {
                    votes.merge(answer.agreesWith(), 1, Integer::sum);
                }
            }
            StoredAnswer best = answers.getFirst();
            int most = 0;
            for (StoredAnswer answer : answers) {
                int its = Objects.requireNonNull(votes.getOrDefault(answer.sample(), 0));
                if (its > most) {
                    most = its;
                    best = answer;
                }
            }
            return new Majority(best.graded(), most);
        }
    }
}
