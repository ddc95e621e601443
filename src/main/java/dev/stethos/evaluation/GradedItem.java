package dev.stethos.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// One item with every arm's graded answer, the unit of pairing.
///
/// @param expected the reference answer
/// @param baselineMustWork the baseline's answer with the unworked answer forbidden, where that
///   control ran
public record GradedItem(
        String id,
        String subject,
        String problem,
        String expected,
        GradedAnswer baseline,
        GradedAnswer candidate,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable GradedAnswer baselineMustWork) {

    /// 1 where the candidate alone is right, -1 where the baseline alone is, else 0.
    @JsonProperty
    public int sign() {
        return Boolean.compare(candidate.correct(), baseline.correct());
    }
}
