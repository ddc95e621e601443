package dev.stethos.evaluation.jobs.storage;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.report.EvaluationReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// When a candidate may take the baseline's place, in terms of verdicts after Holm's correction.
///
/// @param improved subjects of the first suite that must be improved, at least
/// @param degraded subjects of any suite that may be degraded, at most
/// @param controlMargin nats a token by which the control loss may rise; the interval's upper end
///   is held against it
public record PromotionRule(int improved, int degraded, double controlMargin) {

    /// One subject better, none worse, control text not worse by more than a hundredth of a nat.
    public static final PromotionRule DEFAULT = new PromotionRule(1, 0, 0.01);

    public PromotionRule {
        require(improved >= 0, "improved", improved, "0 or more");
        require(degraded >= 0, "degraded", degraded, "0 or more");
        require(
                Double.isFinite(controlMargin) && controlMargin >= 0,
                "controlMargin",
                controlMargin,
                "0 or more");
    }

    /// Why the rule does not hold, naming subjects; empty when it holds.
    public List<String> objections(EvaluationReport whole) {
        AbReport report = whole.comparison();
        List<String> objections = new ArrayList<>();
        Map<String, SubjectResult> worse = new LinkedHashMap<>();
        with(report, Verdict.DEGRADED).forEach(subject -> worse.put(subject.name(), subject));
        for (EvaluationReport other :
                whole.also() == null ? List.<EvaluationReport>of() : whole.also()) {
            String suite = other.comparison().suite();
            with(other.comparison(), Verdict.DEGRADED)
                    .forEach(subject -> worse.put(suite + "/" + subject.name(), subject));
        }
        if (worse.size() > degraded) {
            worse.forEach((name, subject) ->
                    objections.add(
                            String.format(
                                    Locale.ROOT,
                                    "%s: degraded by %.1f points (Holm p %.4f), allowed are %d degraded subjects",
                                    name,
                                    -100 * subject.difference(),
                                    subject.holmP(),
                                    degraded)));
        }
        int better = with(report, Verdict.IMPROVED).size();
        if (better < improved) {
            objections.add(
                    "%d subjects are improved, at least %d must be".formatted(better, improved));
        }
        ControlLoss loss = report.controlText();
        if (loss == null) {
            objections.add("control text: no document was scored, at least one must be");
        } else if (loss.high() > controlMargin) {
            objections.add(
                    String.format(
                            Locale.ROOT,
                            "control text: the loss may have risen by %.4f nats a token, allowed are %s",
                            loss.high(),
                            controlMargin));
        }
        return objections;
    }

    private static List<SubjectResult> with(AbReport report, Verdict verdict) {
        return report.subjects().stream().filter(subject -> subject.verdict() == verdict).toList();
    }

    private static void require(boolean holds, String field, Object given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "rule.%s: %s was given, allowed is %s".formatted(field, given, allowed));
        }
    }
}
