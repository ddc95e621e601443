package dev.stethos.tiny;

import dev.stethos.stats.McNemar;
import dev.stethos.tiny.problems.Subject;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One arm's graded answers to a set of items, and its loss on control documents.
record Outcome(String arm, List<Judge.Verdict> verdicts, double controlLoss) {

    /// Right answers of a subject, in percent.
    double accuracy(Subject subject) {
        long all = of(subject).size();
        long right = of(subject).stream().filter(Judge.Verdict::correct).count();
        return all == 0 ? 0 : 100.0 * right / all;
    }

    double accuracy() {
        return 100.0 * verdicts.stream().filter(Judge.Verdict::correct).count() / verdicts.size();
    }

    /// Answers that state a result without any step, in percent.
    double unworked() {
        return 100.0 * verdicts.stream().filter(Judge.Verdict::unworked).count() / verdicts.size();
    }

    /// Right answers in percent by template, for one subject.
    Map<String, Double> byTemplate(Subject subject) {
        Map<String, int[]> counts = new LinkedHashMap<>();
        for (Judge.Verdict verdict : of(subject)) {
            int[] count = counts.computeIfAbsent(verdict.item().template(), unused -> new int[2]);
            count[0] += verdict.correct() ? 1 : 0;
            count[1]++;
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        counts.forEach((template, count) -> shares.put(template, 100.0 * count[0] / count[1]));
        return shares;
    }

    /// How often this arm alone and the other alone were right on a subject, and McNemar's p-value.
    Paired against(Outcome baseline, Subject subject) {
        List<Judge.Verdict> mine = of(subject);
        List<Judge.Verdict> theirs = baseline.of(subject);
        int gained = 0;
        int lost = 0;
        for (int i = 0; i < mine.size(); i++) {
            boolean candidate = mine.get(i).correct();
            boolean before = theirs.get(i).correct();
            gained += candidate && !before ? 1 : 0;
            lost += before && !candidate ? 1 : 0;
        }
        return new Paired(gained, lost, new McNemar(lost, gained).pValue());
    }

    Map<Subject, Paired> against(Outcome baseline) {
        Map<Subject, Paired> all = new EnumMap<>(Subject.class);
        for (Subject subject : Subject.values()) {
            all.put(subject, against(baseline, subject));
        }
        return Collections.unmodifiableMap(all);
    }

    private List<Judge.Verdict> of(Subject subject) {
        return verdicts.stream().filter(v -> v.item().subject() == subject).toList();
    }

    /// Items that only the candidate and only the baseline solved.
    record Paired(int gained, int lost, double p) {}
}
