package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HolmCorrectionTest {

    /// statsmodels' and R's `p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")`.
    @Test
    void agreesWithR() {
        assertThat(HolmCorrection.adjust(new double[] {0.01, 0.02, 0.03, 0.04, 0.05}))
                .containsExactly(new double[] {0.05, 0.08, 0.09, 0.09, 0.09}, within(1e-12));
    }

    @Test
    void keepsTheOrderGiven() {
        assertThat(HolmCorrection.adjust(new double[] {0.5, 0.001, 0.02}))
                .containsExactly(new double[] {0.5, 0.003, 0.04}, within(1e-12));
    }

    @Test
    void oneTestNeedsNoCorrection() {
        assertThat(HolmCorrection.adjust(new double[] {0.031})).containsExactly(0.031);
        assertThat(HolmCorrection.adjust(new double[0])).isEmpty();
    }

    /// Holm's procedure as its paper words it, run at many levels: what it rejects is what the
    /// adjusted values reject.
    @Test
    void rejectsExactlyWhatTheStepDownProcedureRejects() {
        SplittableRandom random = new SplittableRandom(7);
        for (int trial = 0; trial < 500; trial++) {
            double[] p = random.doubles(1 + random.nextInt(8)).map(x -> x * x * x).toArray();
            double[] adjusted = HolmCorrection.adjust(p);
            for (double alpha : new double[] {0.001, 0.01, 0.05, 0.1, 0.3}) {
                boolean[] rejected = stepDown(p, alpha);
                for (int test = 0; test < p.length; test++) {
                    assertThat(adjusted[test] <= alpha).isEqualTo(rejected[test]);
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> HolmCorrection.adjust(new double[] {0.2, Double.NaN}))
                .hasMessageContaining("NaN");
    }

    private static boolean[] stepDown(double[] p, double alpha) {
        boolean[] rejected = new boolean[p.length];
        for (int remaining = p.length; remaining > 0; remaining--) {
            int smallest = -1;
            for (int test = 0; test < p.length; test++) {
                if (!rejected[test] && (smallest < 0 || p[test] < p[smallest])) {
                    smallest = test;
                }
            }
            if (p[smallest] > alpha / remaining) {
                return rejected;
            }
            rejected[smallest] = true;
        }
        return rejected;
    }
}
