package dev.stethos.lab.experiment;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An experiment as text: a row for each arm with the target's and the other subjects' accuracies,
/// the paired test, control text and energy; then the claims.
public final class ExperimentTable {
    private static final String HEAD = "%-36s %-24s %7s %7s %8s %4s %4s %9s %9s %6s%n";

    private ExperimentTable() {}

    public static String of(ExperimentReport report) {
        Formatter out = new Formatter(Locale.ROOT);
        out.format("%s, target %s%n%n", report.items(), report.target());
        out.format(
                HEAD,
                "arm",
                "layers",
                "target",
                "diff",
                "Holm p",
                "up",
                "down",
                "control",
                "kept/k:d",
                "above");
        if (!report.arms().isEmpty()) {
            SubjectResult first = report.arms().getFirst().subject(report.target());
            base(out, "base", first.baseline());
            ArmScore mustWork = first.baselineMustWork();
            if (mustWork != null) {
                base(out, "base, unworked answer forbidden", mustWork);
            }
        }
        Map<String, Double> percentiles = report.percentiles();
        report.arms().forEach(arm -> row(out, report.target(), arm, percentiles.get(arm.name())));
        out.format("%nup, down: subjects significantly better and worse (McNemar, Holm)%n");
        out.format("control: nats a token on control text, against the base%n");
        out.format("kept/k:d: energy kept by a projection and what chance keeps%n");
        out.format("above: %% of the random sets that are worse on the target, ties by half%n");
        calibration(out, report.calibration());
        out.format("%n");
        for (Claim claim : report.claims()) {
            out.format("%-18s %s: %s%n", claim.verdict().words(), claim.claim(), claim.evidence());
        }
        return out.toString();
    }

    private static void base(Formatter out, String name, ArmScore score) {
        out.format(HEAD, name, "", percent(score.accuracy()), "", "", "", "", "", "", "");
    }

    private static void calibration(Formatter out, @Nullable Calibration calibration) {
        if (calibration == null) {
            return;
        }
        Calibration.Tried best = calibration.best();
        out.format(
                "sets of %d layers at scale %s, score %s: of %d choices the best on validation items of"
                        + " %s, with %s %%%n",
                best.layers().size(),
                best.scale(),
                best.ranking(),
                calibration.tried().size(),
                calibration.target(),
                percent(best.accuracy()));
    }

    private static void row(
            Formatter out, String target, ArmOutcome arm, @Nullable Double percentile) {
        SubjectResult result = arm.subject(target);
        ArmOutcome.Retention kept = arm.retention();
        String layers = arm.layers().stream().map(String::valueOf).collect(Collectors.joining(","));
        layers = layers.length() > 17 ? arm.layers().size() + " layers" : layers;
        out.format(
                HEAD,
                arm.name(),
                arm.scale() == 1 ? layers : layers + " x" + arm.scale(),
                percent(result.candidate().accuracy()),
                String.format(Locale.ROOT, "%+.1f", 100 * result.difference()),
                String.format(Locale.ROOT, "%.4f", result.holmP()),
                arm.count(AbReport.Verdict.IMPROVED),
                arm.count(AbReport.Verdict.DEGRADED),
                arm.controlText() == null
                        ? ""
                        : String.format(Locale.ROOT, "%+.4f", arm.controlText().difference()),
                kept == null
                        ? ""
                        : String.format(Locale.ROOT, "%.2f/%.2f", kept.kept(), kept.chance()),
                percentile == null ? "" : String.format(Locale.ROOT, "%.0f", 100 * percentile));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
