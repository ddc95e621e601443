package dev.stethos.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.stats.DetectableDifference;
import dev.stethos.stats.HolmCorrection;
import dev.stethos.stats.McNemar;
import dev.stethos.stats.PairedDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an A/B run found: per subject and overall, both arms' scores and the exact paired test; the
/// loss on control text; every graded item. It holds nothing but results, so the same run gives the
/// same report. Its JSON has the components' names.
///
/// @param overall all subjects as one, its test not corrected
/// @param controlText null where no control text was scored
public record AbReport(
        String suite,
        ArmName baseline,
        ArmName candidate,
        List<SubjectResult> subjects,
        SubjectResult overall,
        @Nullable ControlLoss controlText,
        List<GradedItem> items) {

    /// The level of the corrected tests.
    public static final double ALPHA = 0.05;

    private static final double CONFIDENCE = 0.95;
    private static final double POWER = 0.8;

    public AbReport {
        subjects = List.copyOf(subjects);
        items = List.copyOf(items);
    }

    public record ArmName(String name, String revision) {}

    /// One subject's comparison, candidate against baseline.
    ///
    /// @param baselineMustWork the baseline with the unworked answer forbidden, where that ran
    /// @param onlyBaseline items that only the baseline answered correctly
    /// @param discordant the items of `onlyBaseline` and `onlyCandidate`, each with its sign
    /// @param difference of the accuracies, candidate minus baseline
    /// @param interval the difference's, 95 %, Tango
    /// @param z the difference of independent samples, as published tables have it
    /// @param minimumDetectable the smallest difference that this many items with as many
    ///   discordant ones show with a power of 80 % before correction
    /// @param mcnemarP exact, two-sided
    /// @param holmP the same after Holm's correction across the subjects
    public record SubjectResult(
            String name,
            int n,
            ArmScore baseline,
            ArmScore candidate,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ArmScore baselineMustWork,
            int onlyBaseline,
            int onlyCandidate,
            List<Discordant> discordant,
            double difference,
            Interval interval,
            UnpairedZ z,
            double minimumDetectable,
            double mcnemarP,
            double holmP,
            Verdict verdict) {

        public SubjectResult {
            discordant = List.copyOf(discordant);
        }

        static SubjectResult of(String name, List<GradedItem> items) {
            List<GradedAnswer> baseline = items.stream().map(GradedItem::baseline).toList();
            List<GradedAnswer> candidate = items.stream().map(GradedItem::candidate).toList();
            List<GradedAnswer> mustWork = new ArrayList<>();
            int onlyBaseline = 0;
            int onlyCandidate = 0;
            for (GradedItem item : items) {
                onlyBaseline += item.sign() < 0 ? 1 : 0;
                onlyCandidate += item.sign() > 0 ? 1 : 0;
                if (item.baselineMustWork() != null) {
                    mustWork.add(item.baselineMustWork());
                }
            }
            int n = items.size();
            PairedDifference paired =
                    PairedDifference.of(onlyBaseline, onlyCandidate, n, CONFIDENCE);
            double p = new McNemar(onlyBaseline, onlyCandidate).pValue();
            ArmScore first = ArmScore.of(baseline);
            ArmScore second = ArmScore.of(candidate);
            return new SubjectResult(
                    name,
                    n,
                    first,
                    second,
                    mustWork.isEmpty() ? null : ArmScore.of(mustWork),
                    onlyBaseline,
                    onlyCandidate,
                    items.stream().flatMap(item -> Discordant.of(item).stream()).toList(),
                    paired.difference(),
                    new Interval(paired.low(), paired.high()),
                    UnpairedZ.of(first.correct(), second.correct(), n),
                    DetectableDifference.of(
                            n, (onlyBaseline + onlyCandidate) / (double) n, ALPHA, POWER),
                    p,
                    p,
                    Verdict.of(onlyCandidate - onlyBaseline, p));
        }

        SubjectResult corrected(double corrected) {
            return new SubjectResult(
                    name,
                    n,
                    baseline,
                    candidate,
                    baselineMustWork,
                    onlyBaseline,
                    onlyCandidate,
                    discordant,
                    difference,
                    interval,
                    z,
                    minimumDetectable,
                    mcnemarP,
                    corrected,
                    Verdict.of(onlyCandidate - onlyBaseline, corrected));
        }
    }

    public record Interval(double low, double high) {}

    /// An item that one arm alone answered correctly.
    ///
    /// @param sign 1 for the candidate, -1 for the baseline
    public record Discordant(String id, int sign) {

        static Optional<Discordant> of(GradedItem item) {
            return item.sign() == 0
                    ? Optional.empty()
                    : Optional.of(new Discordant(item.id(), item.sign()));
        }
    }

    public enum Verdict {
        IMPROVED("improved"),
        DEGRADED("degraded"),
        NO_SIGNIFICANT_CHANGE("no significant change");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @JsonValue
        public String words() {
            return words;
        }

        static Verdict of(int gained, double p) {
            if (p > ALPHA) {
                return NO_SIGNIFICANT_CHANGE;
            }
            return gained > 0 ? IMPROVED : DEGRADED;
        }
    }

    static AbReport of(
            Suite suite,
            Arm baseline,
            Arm candidate,
            List<GradedItem> items,
            @Nullable ControlLoss controlText) {
        return of(
                suite.name(),
                suite.subjects(),
                new ArmName(baseline.name(), baseline.revision().id()),
                new ArmName(candidate.name(), candidate.revision().id()),
                items,
                controlText);
    }

    /// The report of items that were graded before, as a run over them would have made it.
    public static AbReport of(
            String suite,
            List<String> ofSuite,
            ArmName baseline,
            ArmName candidate,
            List<GradedItem> items,
            @Nullable ControlLoss controlText) {
        List<SubjectResult> subjects = new ArrayList<>();
        for (String subject : ofSuite) {
            List<GradedItem> ofSubject =
                    items.stream().filter(item -> item.subject().equals(subject)).toList();
            if (!ofSubject.isEmpty()) {
                subjects.add(SubjectResult.of(subject, ofSubject));
            }
        }
        double[] corrected =
                HolmCorrection.adjust(
                        subjects.stream().mapToDouble(SubjectResult::mcnemarP).toArray());
        for (int subject = 0; subject < corrected.length; subject++) {
            subjects.set(subject, subjects.get(subject).corrected(corrected[subject]));
        }
        return new AbReport(
                suite,
                baseline,
                candidate,
                subjects,
                SubjectResult.of("overall", items),
                controlText,
                items);
    }

    public String json() {
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("report of " + suite + ": " + e.getMessage(), e);
        }
    }
}
