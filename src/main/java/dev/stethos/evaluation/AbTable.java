package dev.stethos.evaluation;

import dev.stethos.evaluation.AbReport.ArmName;
import dev.stethos.evaluation.AbReport.SubjectResult;
import java.util.Formatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A report as plain text of at most 100 columns: accuracies by subject with the paired test, how
/// the answers came about, and the loss on control text.
public final class AbTable {
    private static final String RESULT = "%-22s %5s %5s %5s %5s %6s %7s %7s %7s  %s%n";
    private static final String ANSWERS = "%-22s %9s %9s %9s %9s %9s %12s%n";

    private final AbReport report;
    private final Formatter out = new Formatter(Locale.ROOT);

    private AbTable(AbReport report) {
        this.report = report;
    }

    public static String of(AbReport report) {
        AbTable table = new AbTable(report);
        table.results();
        table.answers();
        table.controlText();
        return table.out.toString();
    }

    private void results() {
        out.format("%s%n", report.suite());
        arm("baseline", report.baseline());
        arm("candidate", report.candidate());
        out.format("%n");
        out.format(
                RESULT,
                "accuracy, %",
                "n",
                "base",
                "base*",
                "cand",
                "diff",
                "b/c",
                "p",
                "Holm p",
                "verdict");
        for (SubjectResult subject : report.subjects()) {
            result(subject, p(subject.holmP()));
        }
        result(report.overall(), "");
        out.format("%n");
        out.format("b/c: items that only the baseline / only the candidate answered correctly%n");
        out.format(
                "p: exact McNemar test, two-sided; Holm p: corrected for %d subjects, verdict at"
                        + " %s%n",
                report.subjects().size(), AbReport.ALPHA);
        SubjectResult overall = report.overall();
        out.format(
                "overall difference: 95 %% %+.1f to %+.1f; this many items show %.1f or more with"
                        + " power 80 %%%n",
                100 * overall.interval().low(),
                100 * overall.interval().high(),
                100 * overall.minimumDetectable());
        out.format(
                "base*: the baseline, its answer's first token not allowed to begin the box%s%n%n",
                report.overall().baselineMustWork() == null ? " (not run)" : "");
    }

    private void result(SubjectResult subject, String holm) {
        out.format(
                RESULT,
                subject.name().replace("_and_", " & ").replace('_', ' '),
                subject.n(),
                percent(subject.baseline()),
                percent(subject.baselineMustWork()),
                percent(subject.candidate()),
                String.format(Locale.ROOT, "%+.1f", 100 * subject.difference()),
                subject.onlyBaseline() + "/" + subject.onlyCandidate(),
                p(subject.mcnemarP()),
                holm,
                subject.verdict().words());
    }

    private void arm(String role, ArmName arm) {
        out.format("%-10s %s, revision %s%n", role, arm.name(), brief(arm.revision()));
    }

    private void answers() {
        out.format(
                ANSWERS,
                "answers",
                "correct",
                "parsable",
                "undecided",
                "truncated",
                "unworked",
                "mean tokens");
        answers("baseline", report.overall().baseline());
        answers("baseline*", report.overall().baselineMustWork());
        answers("candidate", report.overall().candidate());
    }

    private void answers(String arm, @Nullable ArmScore score) {
        if (score != null) {
            out.format(
                    ANSWERS,
                    arm,
                    percent(score.accuracy()),
                    percent(score.parsable()),
                    percent(score.undecided()),
                    percent(score.truncated()),
                    percent(score.unworked()),
                    String.format(Locale.ROOT, "%.1f", score.meanTokens()));
        }
    }

    private void controlText() {
        ControlLoss loss = report.controlText();
        if (loss != null) {
            out.format(
                    "%ncontrol text: loss %.4f -> %.4f nats a token, difference %+.4f (95 %% %+.4f"
                            + " to %+.4f)%n",
                    loss.baseline(), loss.candidate(), loss.difference(), loss.low(), loss.high());
            out.format("%d documents, %d tokens%n", loss.documents(), loss.tokens());
        }
    }

    private static String percent(@Nullable ArmScore score) {
        return score == null ? "-" : percent(score.accuracy());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    private static String p(double p) {
        return p < 0.0001 ? "<0.0001" : String.format(Locale.ROOT, "%.4f", p);
    }

    private static String brief(String revision) {
        return revision.substring(0, Math.min(12, revision.length()));
    }
}
