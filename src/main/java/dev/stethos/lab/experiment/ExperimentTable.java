package dev.stethos.lab.experiment;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import java.util.Formatter;
import java.util.Locale;
import java.util.stream.Collectors;

/// An experiment as text: a row for each arm with the target's and the other subjects' accuracies,
/// the paired test, control text and energy; then the claims.
public final class ExperimentTable {
    private static final String HEAD = "%-34s %-24s %7s %7s %8s %6s %6s %9s %9s%n";

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
                "kept/k:d");
        if (!report.arms().isEmpty()) {
            SubjectResult first = report.arms().getFirst().subject(report.target());
            base(out, "base", first.baseline());
            ArmScore mustWork = first.baselineMustWork();
            if (mustWork != null) {
                base(out, "base, unworked answer forbidden", mustWork);
            }
        }
        report.arms().forEach(arm -> row(out, report.target(), arm));
        out.format("%nup, down: subjects significantly better and worse (McNemar, Holm)%n");
        out.format("control: nats a token on control text, against the base%n");
        out.format("kept/k:d: energy kept by a projection and what chance keeps%n%n");
        for (ExperimentReport.Claim claim : report.claims()) {
            out.format(
                    "%-13s %s: %s%n",
                    claim.supported() ? "supported" : "not supported",
                    claim.claim(),
                    claim.evidence());
        }
        return out.toString();
    }

    private static void base(Formatter out, String name, ArmScore score) {
        out.format(HEAD, name, "", percent(score.accuracy()), "", "", "", "", "", "");
    }

    private static void row(Formatter out, String target, ArmOutcome arm) {
        SubjectResult result = arm.subject(target);
        ArmOutcome.Retention kept = arm.retention();
        String layers = arm.layers().stream().map(String::valueOf).collect(Collectors.joining(","));
        out.format(
                HEAD,
                arm.name(),
                layers.length() > 24 ? arm.layers().size() + " layers" : layers,
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
                        : String.format(Locale.ROOT, "%.2f/%.2f", kept.kept(), kept.chance()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }
}
