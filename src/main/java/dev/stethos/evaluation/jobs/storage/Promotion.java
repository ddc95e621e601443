package dev.stethos.evaluation.jobs.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// A wish to make an evaluation's candidate active if a rule holds, and what became of it.
///
/// @param actor who asked, for the history of changes
/// @param gateway the gateway that was asked, on which the candidate becomes active
/// @param reasons why it was refused
public record Promotion(
        PromotionRule rule, String actor, String gateway, Outcome outcome, List<String> reasons) {

    public Promotion {
        reasons = List.copyOf(reasons);
    }

    public enum Outcome {
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("promoted")
        PROMOTED,
        @JsonProperty("refused")
        REFUSED
    }

    public Promotion promoted() {
        return new Promotion(rule, actor, gateway, Outcome.PROMOTED, List.of());
    }

    public Promotion refused(List<String> why) {
        return new Promotion(rule, actor, gateway, Outcome.REFUSED, why);
    }
}
