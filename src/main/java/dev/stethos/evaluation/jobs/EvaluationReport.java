package dev.stethos.evaluation.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.GradedItem;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.jobs.SampleScores.Majority;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A completed evaluation's report: the comparison's own fields, what it was run with, and the
/// scores over several samples where there are any. With several samples an item's answer in the
/// comparison is the one that most of them give.
public record EvaluationReport(
        String id,
        long seed,
        int samples,
        double temperature,
        @JsonUnwrapped AbReport comparison,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Sampled sampled) {

    /// Both arms over several samples.
    public record Sampled(SampleScores baseline, SampleScores candidate) {}

    /// From all of an evaluation's results.
    ///
    /// @param ofBaseline losses by document, and those of the candidate beside them
    static EvaluationReport of(
            StoredEvaluation evaluation,
            List<StoredItem> items,
            List<TextLoss> ofBaseline,
            List<TextLoss> ofCandidate) {
        EvaluationDefinition definition = evaluation.definition();
        AbReport comparison =
                AbReport.of(
                        definition.suite(),
                        definition.suiteSubjects(),
                        definition.baseline().name(),
                        definition.candidate().name(),
                        items.stream().map(EvaluationReport::graded).toList(),
                        ofBaseline.isEmpty() ? null : ControlLoss.of(ofBaseline, ofCandidate));
        int samples = definition.samples();
        return new EvaluationReport(
                evaluation.id(),
                definition.seed(),
                samples,
                definition.temperature(),
                comparison,
                samples == 1
                        ? null
                        : new Sampled(
                                SampleScores.of(items, 0, samples),
                                SampleScores.of(items, 1, samples)));
    }

    private static GradedItem graded(StoredItem item) {
        List<StoredItem.StoredAnswer> mustWork = item.of(2);
        return new GradedItem(
                item.id(),
                item.subject(),
                item.problem(),
                item.expected(),
                Majority.of(item.of(0)).answer(),
                Majority.of(item.of(1)).answer(),
                mustWork.isEmpty() ? null : Majority.of(mustWork).answer());
    }
}
