package dev.stethos.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.lab.experiment.PlannedArm.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All arms' outcomes on one set of items, and what they say about the paper's claims for one
/// target subject. The same run gives the same report.
///
/// @param learned names of the arms whose layers an autoencoder's score chose
/// @param calibration how many layers and which scale were chosen, where there was a choice
public record ExperimentReport(
        String items,
        String target,
        List<String> learned,
        List<ArmOutcome> arms,
        @Nullable Calibration calibration) {
    public ExperimentReport {
        learned = List.copyOf(learned);
        arms = List.copyOf(arms);
    }

    /// A claim, whether these arms support it, and the numbers.
    public record Claim(String claim, boolean supported, String evidence) {
        /// The verdict in words.
        public String verdict() {
            return supported ? "supported" : "not supported here";
        }
    }

    /// The claims that these arms can decide.
    public List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        for (ArmOutcome arm : arms) {
            if (learned.contains(arm.name())) {
                claims.add(improves(arm));
                claims.add(harmless(arm));
                if (!of(Family.RANDOM).isEmpty()) {
                    claims.add(beatsRandom(arm));
                }
                addBeatsControls(arm, claims);
            }
        }
        addIsNoFormat(claims);
        ArmOutcome smallest = null;
        for (ArmOutcome arm : of(Family.PROJECTED)) {
            smallest = smallest == null || rank(arm) < rank(smallest) ? arm : smallest;
        }
        if (smallest != null) {
            claims.add(projectionFails(smallest));
            claims.add(energyIsChance(smallest));
        }
        return claims;
    }

    private Claim improves(ArmOutcome arm) {
        SubjectResult result = arm.subject(target);
        return new Claim(
                arm.name() + ": " + target + " improves significantly",
                result.verdict() == Verdict.IMPROVED,
                format(
                        "%+.1f points, McNemar p %.4f, Holm %.4f",
                        100 * result.difference(), result.mcnemarP(), result.holmP()));
    }

    private static Claim harmless(ArmOutcome arm) {
        long worse = arm.count(Verdict.DEGRADED);
        return new Claim(
                arm.name() + ": no subject suffers significantly",
                worse == 0,
                "%d of %d subjects improved, %d degraded"
                        .formatted(arm.count(Verdict.IMPROVED), arm.subjects().size(), worse));
    }

    /// Beyond 95 of 100 random sets.
    private Claim beatsRandom(ArmOutcome arm) {
        List<ArmOutcome> random = of(Family.RANDOM);
        double share = percentile(arm);
        return new Claim(
                arm.name() + ": better than random sets of layers",
                share >= 0.95,
                format(
                        "%+.1f points against a mean of %+.1f; above %.0f %% of %d random sets",
                        100 * arm.subject(target).difference(),
                        100
                                * random.stream()
                                        .mapToDouble(one -> one.subject(target).difference())
                                        .average()
                                        .orElse(0),
                        100 * share,
                        random.size()));
    }

    /// Better on the target than every ranking that needs no autoencoder.
    private void addBeatsControls(ArmOutcome arm, List<Claim> claims) {
        ArmOutcome best = null;
        for (ArmOutcome other : of(Family.CHOSEN)) {
            if (!learned.contains(other.name()) && (best == null || gain(other) > gain(best))) {
                best = other;
            }
        }
        if (best != null) {
            claims.add(
                    new Claim(
                            arm.name() + ": better than what needs no autoencoder",
                            gain(arm) > gain(best),
                            format(
                                    "%+.1f points against %+.1f of %s",
                                    100 * gain(arm), 100 * gain(best), best.name())));
        }
    }

    /// The base that may not answer without working gains less than half of what all layers gain.
    private void addIsNoFormat(List<Claim> claims) {
        for (ArmOutcome all : of(Family.ALL)) {
            SubjectResult result = all.subject(target);
            ArmScore mustWork = result.baselineMustWork();
            if (mustWork != null) {
                double elicited = mustWork.accuracy() - result.baseline().accuracy();
                claims.add(
                        new Claim(
                                all.name() + ": the gain is skill, not that answers are worked",
                                result.difference() > 0 && elicited < result.difference() / 2,
                                format(
                                        "%+.1f points; the base with the unworked answer forbidden %+.1f",
                                        100 * result.difference(), 100 * elicited)));
            }
        }
    }

    private double gain(ArmOutcome arm) {
        return arm.subject(target).difference();
    }

    /// The share of random sets below an arm on the target, ties by half.
    public double percentile(ArmOutcome arm) {
        double own = arm.subject(target).difference();
        return of(Family.RANDOM).stream()
                .mapToDouble(one -> {
                    double other = one.subject(target).difference();
                    return other < own ? 1 : other == own ? 0.5 : 0;
                })
                .average()
                .orElse(0);
    }

    /// By name, where every chosen and bottom set stands among the random ones; empty without any.
    public Map<String, Double> percentiles() {
        Map<String, Double> all = new LinkedHashMap<>();
        for (ArmOutcome arm : arms) {
            boolean set = arm.family() == Family.CHOSEN || arm.family() == Family.BOTTOM;
            if (set && !of(Family.RANDOM).isEmpty()) {
                all.put(arm.name(), percentile(arm));
            }
        }
        return all;
    }

    private static Claim projectionFails(ArmOutcome arm) {
        long changed = arm.subjects().size() - arm.count(Verdict.NO_SIGNIFICANT_CHANGE);
        return new Claim(
                arm.name() + ": no significant change in any subject",
                changed == 0,
                "%d of %d subjects changed".formatted(changed, arm.subjects().size()));
    }

    private static Claim energyIsChance(ArmOutcome arm) {
        ArmOutcome.Retention kept = arm.retention();
        double ratio = kept == null ? 0 : kept.kept() / kept.chance();
        return new Claim(
                arm.name() + ": keeps no more energy than random directions would",
                ratio < 1.1,
                kept == null
                        ? ""
                        : format(
                                "kept %.4f, k/d %.4f, random %.4f, best %.4f: %.2f times k/d",
                                kept.kept(), kept.chance(), kept.random(), kept.best(), ratio));
    }

    private static String format(String text, Object... numbers) {
        return String.format(Locale.ROOT, text, numbers);
    }

    private static int rank(ArmOutcome arm) {
        ArmOutcome.Retention kept = arm.retention();
        return kept == null ? Integer.MAX_VALUE : kept.rank();
    }

    private List<ArmOutcome> of(Family family) {
        return arms.stream().filter(arm -> arm.family() == family).toList();
    }

    public String json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("items", items);
        tree.put("target", target);
        tree.put("learned", learned);
        tree.put("calibration", calibration);
        tree.put("arms", arms);
        tree.put("percentiles", percentiles());
        tree.put("claims", claims());
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("experiment: " + e.getMessage(), e);
        }
    }
}
