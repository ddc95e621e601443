package dev.stethos.lab.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.Discordant;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.GradedAnswer;
import dev.stethos.evaluation.GradedItem;
import dev.stethos.lab.projection.EnergyRetention;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How one arm did against the base: subject by subject, overall and on control text; for a
/// projection what energy it kept.
///
/// @param mustWork by subject, where that control ran beside this arm, the items that the base
///   answers otherwise with the unworked answer forbidden: 1 where it is right only then
public record ArmOutcome(
        String name,
        PlannedArm.Family family,
        List<Integer> layers,
        double scale,
        List<SubjectResult> subjects,
        SubjectResult overall,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, List<Discordant>> mustWork,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ControlLoss controlText,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Retention retention) {

    /// Shares of the task vector's squared norm, over the layers that the arm edits.
    public record Retention(int rank, double kept, double chance, double random, double best) {
        static Retention of(EnergyRetention total) {
            return new Retention(
                    total.rank(),
                    total.share(),
                    total.chance(),
                    total.randomShare(),
                    total.bestShare());
        }
    }

    static ArmOutcome of(PlannedArm arm, AbReport report, @Nullable Retention retention) {
        return new ArmOutcome(
                arm.name(),
                arm.family(),
                arm.layers(),
                arm.scale(),
                report.subjects(),
                report.overall(),
                mustWork(report),
                report.controlText(),
                retention);
    }

    private static SortedMap<String, List<Discordant>> mustWork(AbReport report) {
        SortedMap<String, List<Discordant>> signs = new TreeMap<>();
        for (GradedItem item : report.items()) {
            GradedAnswer forbidden = item.baselineMustWork();
            if (forbidden != null) {
                List<Discordant> ofSubject =
                        signs.computeIfAbsent(item.subject(), _ -> new ArrayList<>());
                int sign = Boolean.compare(forbidden.correct(), item.baseline().correct());
                if (sign != 0) {
                    ofSubject.add(new Discordant(item.id(), sign));
                }
            }
        }
        return signs;
    }

    /// The subject's result; an unknown one is an [IllegalArgumentException].
    public SubjectResult subject(String name) {
        return subjects.stream()
                .filter(subject -> subject.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "subject %s, allowed is one of %s"
                                        .formatted(
                                                name,
                                                subjects.stream()
                                                        .map(SubjectResult::name)
                                                        .toList())));
    }

    /// How many subjects have that verdict.
    public long count(AbReport.Verdict verdict) {
        return subjects.stream().filter(subject -> subject.verdict() == verdict).count();
    }
}
