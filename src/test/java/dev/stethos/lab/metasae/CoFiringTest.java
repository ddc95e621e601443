package dev.stethos.lab.metasae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.sae.Normalization;
import dev.stethos.lab.sae.Rule;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeSpec;
import dev.stethos.lab.sae.SaeWeights;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CoFiringTest {
    private static final int D = 8;
    private static final int F = 12;
    private static final int ROWS = 1300;

    private final Random random = new Random(5);

    private float[] noise(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private Sae sae() {
        SaeSpec spec =
                new SaeSpec(D, F, D, new Rule.Relu(), false, Normalization.NONE, null, null);
        float[] bias = noise(F);
        bias[3] = -100; // never fires
        bias[4] = 100; // always fires
        return new Sae(
                spec, SaeWeights.plain(noise(D * F), bias, noise(F * D), new float[D], null));
    }

    private TokenRows rows() {
        return TokenRows.of(List.of(new Activations(D, noise(ROWS * D))));
    }

    @Test
    void meanPhiIsThatOfABruteForceCount() {
        float[] thresholds = new float[F];
        for (int i = 0; i < F; i++) {
            thresholds[i] = random.nextFloat();
        }
        TokenRows rows = rows();
        try (Sae sae = sae();
                CoFiring firing = new CoFiring()) {
            Activations z = sae.encode(rows.range(0, ROWS));
            double sum = 0;
            for (int i = 0; i < F; i++) {
                for (int j = i + 1; j < F; j++) {
                    sum += Math.abs(phi(z, i, j, thresholds));
                }
            }
            assertThat(firing.meanAbsolutePhi(sae, thresholds, rows))
                    .isCloseTo(sum / (F * (F - 1) / 2.0), Offset.offset(1e-6));
        }
    }

    private static double phi(Activations z, int i, int j, float[] thresholds) {
        double both = 0;
        double first = 0;
        double second = 0;
        for (int row = 0; row < ROWS; row++) {
            boolean a = z.at(row, i) > thresholds[i];
            boolean b = z.at(row, j) > thresholds[j];
            both += a && b ? 1 : 0;
            first += a ? 1 : 0;
            second += b ? 1 : 0;
        }
        double scale = Math.sqrt(first * (ROWS - first) * second * (ROWS - second));
        return scale == 0 ? 0 : (both * ROWS - first * second) / scale;
    }

    @Test
    void thresholdsLieWhereBothErrorsAreEqual() {
        float[] active = new float[Thresholds.BINS];
        float[] inactive = new float[Thresholds.BINS];
        // Chosen ones in bins 30 to 49, others in bins 20 to 39, evenly: one quarter of each is
        // wrong at bin 34.
        for (int i = 0; i < 20; i++) {
            active[30 + i] = 10;
            inactive[20 + i] = 30;
        }
        assertThat(Thresholds.of(active, inactive, 1.5, 2.0))
                .isCloseTo(34.5 * Thresholds.WIDTH, Offset.offset(1e-9));
    }

    @Test
    void thresholdsOfRareLatentsFallBack() {
        float[] none = new float[Thresholds.BINS];
        float[] few = new float[Thresholds.BINS];
        few[40] = 5;
        float[] others = new float[Thresholds.BINS];
        others[10] = 500;
        assertThat(Thresholds.of(none, others, Double.POSITIVE_INFINITY, 0.5)).isEqualTo(10);
        assertThat(Thresholds.of(few, none, 2.0, 0)).isEqualTo(40 * Thresholds.WIDTH);
        assertThat(Thresholds.of(few, others, 2.01, 0.52)).isEqualTo(2.01);
    }

    @Test
    void calibratedLatentsFireAboutAsOftenAsTheyAreChosen() {
        TokenRows rows = rows();
        try (Sae sae = sae();
                CoFiring firing = new CoFiring()) {
            float[] thresholds = firing.thresholds(sae, 4, rows);
            assertThat(thresholds[3]).isEqualTo(10f);
            Activations z = sae.encode(rows.range(0, ROWS));
            double fired = 0;
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < F; i++) {
                    fired += z.at(row, i) > thresholds[i] ? 1 : 0;
                }
            }
            assertThat(fired / ROWS).isCloseTo(4, Offset.offset(1.0));
        }
    }
}
