package dev.stethos.evaluation.jobs.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.stethos.evaluation.AbReport.ArmName;
import dev.stethos.evaluation.Draws;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that determines an evaluation's numbers, fixed when it is made: two evaluations with equal
/// definitions give equal reports. Its JSON is what the database keeps.
///
/// @param also further suites; their items come after the suite's, in this order
/// @param suiteHash of the suite and the items and documents that were selected
/// @param suiteSubjects the suite's subjects in the order of its report
/// @param subjects those asked for; empty for all
/// @param limit items of each subject; null for all
/// @param controlDocuments documents of control text; null for all
/// @param banUnworked whether the baseline answers a second time with the unworked answer forbidden
/// @param base the base's revision; gateways with another one take no part
/// @param chunk items that are claimed together
public record EvaluationDefinition(
        String suite,
        String suiteHash,
        List<String> suiteSubjects,
        List<String> subjects,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Integer limit,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Integer controlDocuments,
        int samples,
        double temperature,
        long seed,
        boolean banUnworked,
        List<FurtherSuite> also,
        ArmPin baseline,
        ArmPin candidate,
        String base,
        EngineShape engine,
        int chunk) {

    public EvaluationDefinition {
        suiteSubjects = List.copyOf(suiteSubjects);
        subjects = List.copyOf(subjects);
        also = also == null ? List.of() : List.copyOf(also);
        Draws _ = new Draws(samples, temperature, seed);
        require(limit == null || limit >= 1, "limit", String.valueOf(limit), "1 or more");
        require(
                controlDocuments == null || controlDocuments >= 0,
                "controlDocuments",
                String.valueOf(controlDocuments),
                "0 or more");
        require(chunk >= 1, "chunk", chunk, "1 or more");
    }

    /// A suite beside the first, whose part of the report is corrected for its own subjects.
    ///
    /// @param hash of the suite and the items that were selected
    /// @param subjects in the order of its report
    /// @param from position of its first item
    public record FurtherSuite(
            String suite, String hash, List<String> subjects, int from, int items) {
        public FurtherSuite {
            subjects = List.copyOf(subjects);
        }
    }

    /// One side: a model id as it was asked for, and what it stood for then.
    public record ArmPin(String model, String profile, String revision) {
        public ArmName name() {
            return new ArmName(model, revision);
        }
    }

    /// What the engine's arithmetic depends on.
    public record EngineShape(int sequences, int context, int prefillChunk) {}

    /// How many answers an item gets for each sample.
    int arms() {
        return banUnworked ? 3 : 2;
    }

    /// How the answers are drawn.
    public Draws draws() {
        return new Draws(samples, temperature, seed);
    }

    private static void require(boolean holds, String field, Object given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: %s was given, allowed is %s".formatted(field, given, allowed));
        }
    }
}
