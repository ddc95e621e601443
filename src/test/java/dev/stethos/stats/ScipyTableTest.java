package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Every statistic with a closed form against SciPy on 210 random tables; the table says by which of
/// its functions.
class ScipyTableTest {
    private static final double TOLERANCE = 1e-9;
    private static final int SUBJECTS = 7;

    @Test
    void equalsScipy() {
        List<double[]> rows = rows();
        assertThat(rows).hasSize(210);
        for (double[] row : rows) {
            int n = (int) row[0];
            int right = (int) row[1];
            int b = (int) row[2];
            int c = (int) row[3];
            int other = right - b + c;
            WilsonInterval wilson = WilsonInterval.of(right, n, 0.95);
            PairedDifference difference = PairedDifference.of(b, c, n, 0.95);
            TwoProportionZ errors = TwoProportionZ.ofStandardErrors(right, n, other, n);
            TwoProportionZ unpooled = TwoProportionZ.unpooled(right, n, other, n);
            TwoProportionZ pooled = TwoProportionZ.pooled(right, n, other, n);
            double[] ours = {
                wilson.low(), wilson.high(), new McNemar(b, c).pValue(), difference.low(),
                difference.high(), errors.z(), errors.pValue(), unpooled.z(), unpooled.pValue(),
                pooled.z(), pooled.pValue()
            };
            for (int i = 0; i < ours.length; i++) {
                isClose(ours[i], row[4 + i], row);
            }
        }
    }

    @Test
    void correctsSevenSubjectsLikeHolm() {
        List<double[]> rows = rows();
        for (int first = 0; first < rows.size(); first += SUBJECTS) {
            List<double[]> group = rows.subList(first, first + SUBJECTS);
            double[] adjusted =
                    HolmCorrection.adjust(group.stream().mapToDouble(row -> row[6]).toArray());
            for (int i = 0; i < SUBJECTS; i++) {
                isClose(adjusted[i], group.get(i)[15], group.get(i));
            }
        }
    }

    private static void isClose(double ours, double theirs, double[] row) {
        assertThat(Math.abs(ours - theirs))
                .as("%s against %s in %s", ours, theirs, Arrays.toString(row))
                .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(theirs)));
    }

    private static List<double[]> rows() {
        try (InputStream in =
                Objects.requireNonNull(ScipyTableTest.class.getResourceAsStream("/stats/scipy.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("# "))
                    .skip(1)
                    .map(line ->
                            Arrays.stream(line.split("\t", -1))
                                    .mapToDouble(Double::parseDouble)
                                    .toArray())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
