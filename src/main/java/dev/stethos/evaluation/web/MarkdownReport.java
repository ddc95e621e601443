package dev.stethos.evaluation.web;

import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.jobs.EvaluationReport;
import dev.stethos.evaluation.jobs.SampleScores;
import java.util.Formatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A report as Markdown: the tables without the items.
final class MarkdownReport {
    private final Formatter out = new Formatter(Locale.ROOT);

    private MarkdownReport() {}

    static String of(EvaluationReport report) {
        MarkdownReport page = new MarkdownReport();
        page.write(report);
        return page.out.toString();
    }

    private void write(EvaluationReport report) {
        out.format("# %s%n%n", report.comparison().suite());
        out.format("| arm | model | revision |%n|---|---|---|%n");
        out.format(
                "| baseline | %s | `%s` |%n| candidate | %s | `%s` |%n%n",
                report.comparison().baseline().name(),
                report.comparison().baseline().revision(),
                report.comparison().candidate().name(),
                report.comparison().candidate().revision());
        out.format(
                "Samples per item: %d, temperature %s, seed %d. Evaluation %s.%n%n",
                report.samples(), report.temperature(), report.seed(), report.id());
        out.format(
                "| accuracy, %% | n | baseline | candidate | difference | only baseline / only candidate | p | Holm p | verdict |%n"
                        + "|---|--:|--:|--:|--:|--:|--:|--:|---|%n");
        report.comparison().subjects().forEach(this::row);
        row(report.comparison().overall());
        out.format("%nExact McNemar test, two-sided; Holm's correction across the subjects.%n");
        answers(report);
        control(report.comparison().controlText());
        if (report.sampled() != null) {
            sampled(report.sampled());
        }
    }

    private void row(SubjectResult subject) {
        out.format(
                "| %s | %d | %.1f | %.1f | %+.1f | %d / %d | %.4f | %.4f | %s |%n",
                subject.name().replace('_', ' '),
                subject.n(),
                100 * subject.baseline().accuracy(),
                100 * subject.candidate().accuracy(),
                100 * subject.difference(),
                subject.onlyBaseline(),
                subject.onlyCandidate(),
                subject.mcnemarP(),
                subject.holmP(),
                subject.verdict().words());
    }

    private void answers(EvaluationReport report) {
        out.format(
                "%n| answers, %% | parsable | truncated | unworked | mean tokens |%n|---|--:|--:|--:|--:|%n");
        SubjectResult all = report.comparison().overall();
        answers("baseline", all.baseline());
        answers("baseline, unworked forbidden", all.baselineMustWork());
        answers("candidate", all.candidate());
    }

    private void answers(String arm, @Nullable ArmScore score) {
        if (score != null) {
            out.format(
                    "| %s | %.1f | %.1f | %.1f | %.1f |%n",
                    arm,
                    100 * score.parsable(),
                    100 * score.truncated(),
                    100 * score.unworked(),
                    score.meanTokens());
        }
    }

    private void control(@Nullable ControlLoss loss) {
        if (loss != null) {
            out.format(
                    "%nControl text: loss %.4f to %.4f nats a token, difference %+.4f (95 %%: %+.4f to %+.4f), %d documents.%n",
                    loss.baseline(),
                    loss.candidate(),
                    loss.difference(),
                    loss.low(),
                    loss.high(),
                    loss.documents());
        }
    }

    private void sampled(EvaluationReport.Sampled sampled) {
        out.format(
                "%n| samples, %% | mean | majority | agreement | pass@k |%n|---|--:|--:|--:|---|%n");
        sampled("baseline", sampled.baseline());
        sampled("candidate", sampled.candidate());
    }

    private void sampled(String arm, SampleScores scores) {
        out.format(
                "| %s | %.1f | %.1f | %.1f |",
                arm, 100 * scores.mean(), 100 * scores.majority(), 100 * scores.agreement());
        scores.passAt().forEach((k, share) -> out.format(" %d: %.1f", k, 100 * share));
        out.format(" |%n");
    }
}
