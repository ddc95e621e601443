package dev.stethos.lab.experiment;

import dev.stethos.evaluation.AbReport.Discordant;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.lab.experiment.PlannedArm.Family;
import dev.stethos.stats.HolmCorrection;
import dev.stethos.stats.McNemar;
import dev.stethos.stats.PairedBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the arms of a report say about the paper's claims for its target. Comparisons of arms are
/// paired by item: McNemar's exact test of two arms, a bootstrap over items of anything else.
final class Claims {
    private static final double ALPHA = 0.05;

    /// A set is better than random ones when it is above so many of them.
    private static final double ABOVE_RANDOM = 0.95;

    private final ExperimentReport report;
    private final String target;

    Claims(ExperimentReport report) {
        this.report = report;
        target = report.target();
    }

    /// Those that the arms can speak to.
    List<Claim> all() {
        List<Claim> claims = new ArrayList<>();
        for (ArmOutcome arm : report.arms()) {
            if (report.learned().contains(arm.name())) {
                claims.add(improves(arm));
                claims.add(harmless(arm));
                addBeatsRandom(arm, claims);
                addBeatsControls(arm, claims);
            }
        }
        addIsSkill(claims);
        ArmOutcome smallest = null;
        for (ArmOutcome arm : report.of(Family.PROJECTED)) {
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
                Claim.Verdict.of(result.verdict() == Verdict.IMPROVED),
                format(
                        "%+.1f points, McNemar p %.4f, Holm %.4f",
                        100 * result.difference(), result.mcnemarP(), result.holmP()));
    }

    private static Claim harmless(ArmOutcome arm) {
        long worse = arm.count(Verdict.DEGRADED);
        return new Claim(
                arm.name() + ": no subject suffers significantly",
                Claim.Verdict.of(worse == 0),
                "%d of %d subjects improved, %d degraded"
                        .formatted(arm.count(Verdict.IMPROVED), arm.subjects().size(), worse));
    }

    /// Supported above 95 of 100 random sets and, over resampled items, above their mean; not
    /// supported where half of them do as well or their mean is better; otherwise undecided.
    private void addBeatsRandom(ArmOutcome arm, List<Claim> claims) {
        List<ArmOutcome> random = report.of(Family.RANDOM);
        if (random.isEmpty()) {
            return;
        }
        SubjectResult own = arm.subject(target);
        SortedMap<String, Double> lead = new TreeMap<>();
        PairedArms.add(lead, own.discordant(), 1);
        for (ArmOutcome one : random) {
            PairedArms.add(lead, one.subject(target).discordant(), -1.0 / random.size());
        }
        PairedBootstrap mean = PairedArms.mean(lead, own.n());
        double share = report.percentile(arm);
        Claim.Verdict verdict = Claim.Verdict.UNDECIDED;
        if (share >= ABOVE_RANDOM && mean.low() > 0) {
            verdict = Claim.Verdict.SUPPORTED;
        } else if (share <= 0.5 || mean.high() < 0) {
            verdict = Claim.Verdict.NOT_SUPPORTED;
        }
        claims.add(
                new Claim(
                        arm.name() + ": better than random sets of layers",
                        verdict,
                        format(
                                "%+.1f points on the mean of %d random sets [%+.1f, %+.1f]; above %.0f %% of them",
                                100 * mean.estimate(),
                                random.size(),
                                100 * mean.low(),
                                100 * mean.high(),
                                100 * share)));
    }

    /// Supported where it is significantly better on the target than every ranking that needs no
    /// autoencoder; not supported where it is significantly worse than one (Holm); otherwise
    /// undecided.
    private void addBeatsControls(ArmOutcome arm, List<Claim> claims) {
        List<ArmOutcome> controls =
                report.of(Family.CHOSEN).stream()
                        .filter(other -> !report.learned().contains(other.name()))
                        .toList();
        if (controls.isEmpty()) {
            return;
        }
        List<McNemar> pairs = new ArrayList<>();
        for (ArmOutcome control : controls) {
            pairs.add(PairedArms.between(arm.subject(target), control.subject(target)));
        }
        double[] corrected =
                HolmCorrection.adjust(pairs.stream().mapToDouble(McNemar::pValue).toArray());
        boolean aboveAll = true;
        boolean belowOne = false;
        int hardest = 0;
        for (int i = 0; i < pairs.size(); i++) {
            int lead = pairs.get(i).onlyFirst() - pairs.get(i).onlySecond();
            aboveAll &= lead > 0 && pairs.get(i).pValue() <= ALPHA;
            belowOne |= lead < 0 && corrected[i] <= ALPHA;
            hardest = gain(controls.get(i)) > gain(controls.get(hardest)) ? i : hardest;
        }
        Claim.Verdict verdict =
                aboveAll
                        ? Claim.Verdict.SUPPORTED
                        : belowOne ? Claim.Verdict.NOT_SUPPORTED : Claim.Verdict.UNDECIDED;
        claims.add(
                new Claim(
                        arm.name() + ": better than what needs no autoencoder",
                        verdict,
                        format(
                                "%+.1f points against %+.1f of the best, %s; items right in one of both alone %d/%d, McNemar p %.4f, Holm %.4f",
                                100 * gain(arm),
                                100 * gain(controls.get(hardest)),
                                controls.get(hardest).name(),
                                pairs.get(hardest).onlyFirst(),
                                pairs.get(hardest).onlySecond(),
                                pairs.get(hardest).pValue(),
                                corrected[hardest])));
    }

    /// All layers gain, and what the base gains that may not answer without working is, over
    /// resampled items, below half of that; not supported where it is above.
    private void addIsSkill(List<Claim> claims) {
        for (ArmOutcome all : report.of(Family.ALL)) {
            List<Discordant> forbidden = all.mustWork().get(target);
            if (forbidden == null) {
                continue;
            }
            SubjectResult result = all.subject(target);
            SortedMap<String, Double> excess = new TreeMap<>();
            PairedArms.add(excess, forbidden, 1);
            PairedArms.add(excess, result.discordant(), -0.5);
            PairedBootstrap mean = PairedArms.mean(excess, result.n());
            Claim.Verdict verdict = Claim.Verdict.UNDECIDED;
            if (result.verdict() == Verdict.IMPROVED && mean.high() < 0) {
                verdict = Claim.Verdict.SUPPORTED;
            } else if (mean.low() > 0) {
                verdict = Claim.Verdict.NOT_SUPPORTED;
            }
            claims.add(
                    new Claim(
                            all.name() + ": the gain is skill, not that answers are worked",
                            verdict,
                            format(
                                    "%+.1f points; the base with the unworked answer forbidden less half of that %+.1f [%+.1f, %+.1f]",
                                    100 * result.difference(),
                                    100 * mean.estimate(),
                                    100 * mean.low(),
                                    100 * mean.high())));
        }
    }

    private double gain(ArmOutcome arm) {
        return arm.subject(target).difference();
    }

    private static Claim projectionFails(ArmOutcome arm) {
        long changed = arm.subjects().size() - arm.count(Verdict.NO_SIGNIFICANT_CHANGE);
        return new Claim(
                arm.name() + ": no significant change in any subject",
                Claim.Verdict.of(changed == 0),
                "%d of %d subjects changed".formatted(changed, arm.subjects().size()));
    }

    private static Claim energyIsChance(ArmOutcome arm) {
        ArmOutcome.Retention kept = arm.retention();
        double ratio = kept == null ? 0 : kept.kept() / kept.chance();
        return new Claim(
                arm.name() + ": keeps no more energy than random directions would",
                Claim.Verdict.of(ratio < 1.1),
                kept == null
                        ? ""
                        : format(
                                "kept %.4f, k/d %.4f, random %.4f, best %.4f: %.2f times k/d",
                                kept.kept(), kept.chance(), kept.random(), kept.best(), ratio));
    }

    private static int rank(ArmOutcome arm) {
        ArmOutcome.Retention kept = arm.retention();
        return kept == null ? Integer.MAX_VALUE : kept.rank();
    }

    private static String format(String text, Object... numbers) {
        return String.format(Locale.ROOT, text, numbers);
    }
}
