package dev.stethos.evaluation.report;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.stats.TwoProportionZ;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What a report says, in the order in which every form of it says so: results by subject, the
/// differences' sizes, the parts that can fake a gain, the samples, the control text.
final class ReportTables {
    private static final String RANGE = "%+.1f to %+.1f";

    private final AbReport comparison;
    private final boolean mustWork;

    private ReportTables(EvaluationReport report) {
        this.comparison = report.comparison();
        this.mustWork = comparison.overall().baselineMustWork() != null;
    }

    static List<ReportTable> of(EvaluationReport report) {
        ReportTables tables = new ReportTables(report);
        List<ReportTable> all = new ArrayList<>();
        all.add(tables.results());
        all.add(tables.differences());
        all.add(tables.answers());
        all.add(tables.answersBySubject());
        EvaluationReport.Sampled sampled = report.sampled();
        if (sampled != null) {
            all.add(samples(sampled));
        }
        return all;
    }

    /// What the report was run with.
    static String setting(EvaluationReport report) {
        String how =
                report.temperature() == 0
                        ? "one greedy answer to each item"
                        : text(
                                "%s to each item, drawn with temperature %s and seed %d",
                                report.samples() == 1
                                        ? "one answer"
                                        : report.samples() + " answers",
                                report.temperature(),
                                report.seed());
        String compared = report.samples() == 1 ? "" : "; compared is what most of them say";
        String id = report.id() == null ? "" : ", evaluation " + report.id();
        return how + compared + id;
    }

    /// A subject as people write it.
    static String name(SubjectResult subject) {
        return subject.name().replace("_and_", " & ").replace('_', ' ');
    }

    /// What the edit costs on control text, a sentence each; empty where none was scored.
    static List<String> controlText(@Nullable ControlLoss loss) {
        if (loss == null) {
            return List.of();
        }
        AbReport.Interval closed = loss.closedForm();
        return List.of(
                text(
                        "control text: loss %.4f -> %.4f nats a token, difference %+.4f (95 %% %+.4f to %+.4f)",
                        loss.baseline(),
                        loss.candidate(),
                        loss.difference(),
                        loss.low(),
                        loss.high()),
                text("%d documents, %d tokens", loss.documents(), loss.tokens())
                        + "; the interval is a paired bootstrap's"
                        + (closed == null
                                ? ""
                                : text(
                                        ", in closed form %+.4f to %+.4f",
                                        closed.low(), closed.high())));
    }

    private List<SubjectResult> subjects() {
        List<SubjectResult> all = new ArrayList<>(comparison.subjects());
        all.add(comparison.overall());
        return all;
    }

    private ReportTable results() {
        List<String> head = new ArrayList<>(List.of("accuracy, %", "n", "base"));
        if (mustWork) {
            head.add("base*");
        }
        head.addAll(List.of("cand", "diff", "b/c", "p", "Holm p", "verdict"));
        List<String> notes = new ArrayList<>();
        notes.add("b/c: items that only the baseline / only the candidate answered correctly");
        notes.add(
                text(
                        "p: exact McNemar test, two-sided; Holm p: corrected for %d subjects, verdict at %s",
                        comparison.subjects().size(), AbReport.ALPHA));
        if (mustWork) {
            notes.add("base*: the baseline, its answer's first token not allowed to begin the box");
        }
        return new ReportTable(head, subjects().stream().map(this::result).toList(), true, notes);
    }

    private List<String> result(SubjectResult subject) {
        List<String> row = new ArrayList<>();
        row.add(name(subject));
        row.add(Integer.toString(subject.n()));
        row.add(percent(subject.baseline().accuracy()));
        if (mustWork) {
            ArmScore third = subject.baselineMustWork();
            row.add(third == null ? "-" : percent(third.accuracy()));
        }
        row.add(percent(subject.candidate().accuracy()));
        row.add(text("%+.1f", 100 * subject.difference()));
        row.add(subject.onlyBaseline() + "/" + subject.onlyCandidate());
        row.add(p(subject.mcnemarP()));
        row.add(subject == comparison.overall() ? "" : p(subject.holmP()));
        row.add(subject.verdict().words());
        return row;
    }

    private ReportTable differences() {
        return new ReportTable(
                List.of(
                        "difference, points",
                        "95 % interval",
                        "detectable",
                        "z lm-eval (p)",
                        "z unpooled (p)",
                        "z pooled (p)"),
                subjects().stream().map(ReportTables::difference).toList(),
                false,
                List.of(
                        "interval: paired, Tango; detectable: what so many items show with a power of 80 %",
                        "z: of unpaired samples, for comparison with published tables; the verdict is McNemar's"));
    }

    private static List<String> difference(SubjectResult subject) {
        return List.of(
                name(subject),
                text(RANGE, 100 * subject.interval().low(), 100 * subject.interval().high()),
                percent(subject.minimumDetectable()),
                z(subject.z().standardErrors()),
                z(subject.z().unpooled()),
                z(subject.z().pooled()));
    }

    private ReportTable answers() {
        SubjectResult overall = comparison.overall();
        List<List<String>> rows = new ArrayList<>();
        rows.add(answers("baseline", overall.baseline()));
        ArmScore third = overall.baselineMustWork();
        if (third != null) {
            rows.add(answers("baseline*", third));
        }
        rows.add(answers("candidate", overall.candidate()));
        return new ReportTable(
                List.of(
                        "answers, %",
                        "correct", "parsable", "undecided", "truncated", "unworked", "mean tokens"),
                rows,
                false,
                List.of());
    }

    private static List<String> answers(String arm, ArmScore score) {
        return List.of(
                arm,
                percent(score.accuracy()),
                percent(score.parsable()),
                percent(score.undecided()),
                percent(score.truncated()),
                percent(score.unworked()),
                text("%.1f", score.meanTokens()));
    }

    private ReportTable answersBySubject() {
        return new ReportTable(
                List.of(
                        "base / cand, %",
                        "parsable", "undecided", "truncated", "unworked", "mean tokens"),
                comparison.subjects().stream()
                        .map(subject ->
                                List.of(
                                        name(subject),
                                        both(subject, score -> 100 * score.parsable()),
                                        both(subject, score -> 100 * score.undecided()),
                                        both(subject, score -> 100 * score.truncated()),
                                        both(subject, score -> 100 * score.unworked()),
                                        both(subject, ArmScore::meanTokens)))
                        .toList(),
                false,
                List.of());
    }

    private static String both(SubjectResult subject, ToDoubleFunction<ArmScore> value) {
        return text(
                "%.1f / %.1f",
                value.applyAsDouble(subject.baseline()), value.applyAsDouble(subject.candidate()));
    }

    private static ReportTable samples(EvaluationReport.Sampled sampled) {
        List<String> head = new ArrayList<>(List.of("samples, %", "mean", "majority", "agreement"));
        sampled.baseline().passAt().keySet().forEach(k -> head.add("pass@" + k));
        return new ReportTable(
                head,
                List.of(
                        samples("baseline", sampled.baseline()),
                        samples("candidate", sampled.candidate())),
                false,
                List.of());
    }

    private static List<String> samples(String arm, SampleScores scores) {
        List<String> row = new ArrayList<>();
        row.add(arm);
        row.add(percent(scores.mean()));
        row.add(percent(scores.majority()));
        row.add(percent(scores.agreement()));
        scores.passAt().values().forEach(share -> row.add(percent(share)));
        return row;
    }

    private static String z(@Nullable TwoProportionZ z) {
        return z == null ? "-" : text("%.2f (%s)", z.z(), p(z.pValue()));
    }

    private static String percent(double share) {
        return text("%.1f", 100 * share);
    }

    private static String p(double p) {
        return p < 0.0001 ? "<0.0001" : text("%.4f", p);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
