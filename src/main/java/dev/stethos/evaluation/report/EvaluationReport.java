package dev.stethos.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.Draws;
import dev.stethos.evaluation.SampledItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An evaluation's report: the comparison's own fields, what it was run with, and the scores over
/// several samples where there are any. With several samples an item's answer in the comparison is
/// the one that most of them give.
///
/// @param id of a stored evaluation; null for one that was run at once
/// @param also the same arms on further suites, each corrected for its own subjects; null for none
public record EvaluationReport(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id,
        long seed,
        int samples,
        double temperature,
        @JsonUnwrapped AbReport comparison,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Sampled sampled,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<EvaluationReport> also) {

    public EvaluationReport {
        also = also == null ? null : List.copyOf(also);
    }

    /// Both arms over several samples.
    public record Sampled(SampleScores baseline, SampleScores candidate) {}

    /// From all of an evaluation's results.
    ///
    /// @param items those of the comparison, every sample of them
    public static EvaluationReport of(
            @Nullable String id, Draws draws, AbReport comparison, List<SampledItem> items) {
        int samples = draws.samples();
        return new EvaluationReport(
                id,
                draws.seed(),
                samples,
                draws.temperature(),
                comparison,
                samples == 1
                        ? null
                        : new Sampled(
                                SampleScores.of(items, 0, samples),
                                SampleScores.of(items, 1, samples)),
                null);
    }

    /// This report with those of further suites beside it.
    public EvaluationReport with(List<EvaluationReport> others) {
        return others.isEmpty()
                ? this
                : new EvaluationReport(id, seed, samples, temperature, comparison, sampled, others);
    }

    /// Whether a subject of this suite or of the others is worse, after correction.
    public boolean degraded() {
        return comparison.subjects().stream()
                        .anyMatch(subject -> subject.verdict() == AbReport.Verdict.DEGRADED)
                || (also != null && also.stream().anyMatch(EvaluationReport::degraded));
    }

    public String json() {
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "report of " + comparison.suite() + ": " + e.getMessage(), e);
        }
    }
}
