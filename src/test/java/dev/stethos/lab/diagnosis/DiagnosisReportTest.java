package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DiagnosisReportTest {
    private static final SortedMap<Integer, Double> LOSS =
            new TreeMap<>(Map.of(0, 0.1, 1, -0.2, 2, 0.3));

    private static final Map<String, ScoreByLayer> SCORES =
            Map.of(
                    "A",
                    new ScoreByLayer(
                            "A: a score",
                            new TreeMap<>(
                                    Map.of(
                                            0, result(1, 2),
                                            1, result(3, 2),
                                            2, result(2, 1))),
                            1));

    private static PermutationTest.Result result(double score, double z) {
        return new PermutationTest.Result(score, score - z, 1, z, 0.01);
    }

    private static DiagnosisReport by(
            String chosen, Map<String, SortedMap<Integer, Double>> controls) {
        return new DiagnosisReport(
                chosen,
                new LayerChoice.Highest(2),
                SCORES,
                controls,
                new TreeMap<>(),
                new DiagnosisReport.Corpora(1, 1, 1));
    }

    @Test
    void aScoreChoosesByItsZ() {
        DiagnosisReport report = by("A", Map.of(DiagnosisReport.LOSS_DROP, LOSS));
        assertThat(report.layers()).containsExactly(0, 1);
        assertThat(report.choosing()).containsEntry(2, 1.0);
        assertThat(report.formula()).startsWith("A: a score; chosen: the 2 highest by the z");
    }

    @Test
    void theDropOfTheLossChoosesByItself() {
        DiagnosisReport report =
                by(DiagnosisReport.LOSS_DROP, Map.of(DiagnosisReport.LOSS_DROP, LOSS));
        assertThat(report.layers()).containsExactly(0, 2);
        assertThat(report.choosing()).isEqualTo(LOSS);
        assertThat(report.formula()).startsWith("the drop of the solutions' cross-entropy");
        assertThat(report.tie()).isEmpty();
    }

    @Test
    void whatWasNotMeasuredCannotChoose() {
        assertThatThrownBy(() -> by(DiagnosisReport.LOSS_DROP, Map.of()))
                .hasMessageContaining("allowed is one of [A]");
        assertThatThrownBy(() -> by("B", Map.of())).hasMessageContaining("score B");
    }

    @Test
    void theFileHasWhatProfileBuildReads() {
        assertThat(by("A", Map.of("depth", new TreeMap<>(Map.of(0, 0.0)))).json())
                .contains("\"layers\" : [ 0, 1 ]", "\"candidates\"", "\"depth\"");
    }
}
