package dev.stethos.evaluation.report;

import dev.stethos.evaluation.SampledItem;
import dev.stethos.stats.MajorityVote;
import dev.stethos.stats.PassAtK;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How one arm did over several samples of each item.
///
/// @param mean share of all samples that are right
/// @param passAt for 1, 2, 4, ... samples: the probability that one of so many is right
/// @param majority share of items whose most frequent answer is right
/// @param agreement mean share of an item's samples that give its most frequent answer
public record SampleScores(
        double mean, SortedMap<Integer, Double> passAt, double majority, double agreement) {

    public SampleScores {
        passAt = new TreeMap<>(passAt);
    }

    static SampleScores of(List<SampledItem> items, int arm, int samples) {
        double mean = 0;
        double majority = 0;
        double agreement = 0;
        SortedMap<Integer, Double> pass = new TreeMap<>();
        for (SampledItem item : items) {
            int right = (int) item.of(arm).stream().filter(each -> each.graded().correct()).count();
            MajorityVote vote = item.vote(arm);
            mean += right / (double) samples;
            majority += item.answer(arm).correct() ? 1 : 0;
            agreement += vote.agreement();
            for (int k = 1; k < samples; k *= 2) {
                pass.merge(k, PassAtK.of(samples, right, k), Double::sum);
            }
            pass.merge(samples, PassAtK.of(samples, right, samples), Double::sum);
        }
        int n = items.size();
        pass.replaceAll((k, sum) -> sum / n);
        return new SampleScores(mean / n, pass, majority / n, agreement / n);
    }
}
