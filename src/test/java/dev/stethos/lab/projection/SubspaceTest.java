package dev.stethos.lab.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SubspaceTest {
    @Test
    void projectorIsIdempotent() {
        Subspace space = Subspace.spanned(Subspace.random(20, 64, 1));
        double[][] projector = projector(space);
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 64; j++) {
                double twice = 0;
                for (int k = 0; k < 64; k++) {
                    twice += projector[i][k] * projector[k][j];
                }
                assertThat(twice).isCloseTo(projector[i][j], within(1e-6));
            }
        }
    }

    @Test
    void holdsEveryDirectionThatSpansIt() {
        float[][] rows = Subspace.random(7, 32, 2);
        double[][] projector = projector(Subspace.spanned(rows));
        for (float[] row : rows) {
            for (int i = 0; i < 32; i++) {
                double image = 0;
                for (int j = 0; j < 32; j++) {
                    image += projector[i][j] * row[j];
                }
                assertThat(image).isCloseTo(row[i], within(1e-5));
            }
        }
    }

    @Test
    void countsDependentDirectionsOnce() {
        float[][] rows = Subspace.random(5, 16, 3);
        rows[3] = rows[0].clone();
        for (int i = 0; i < 16; i++) {
            rows[4][i] = 2 * rows[1][i] - rows[2][i];
        }
        assertThat(Subspace.spanned(rows).rank()).isEqualTo(3);
    }

    @Test
    void moreDirectionsThanTheWidthSpanEverything() {
        assertThat(Subspace.spanned(Subspace.random(40, 16, 4)).rank()).isEqualTo(16);
    }

    @Test
    void randomRowsDependOnTheSeedAlone() {
        assertThat(Subspace.random(3, 8, 5)).isDeepEqualTo(Subspace.random(3, 8, 5));
        assertThat(Arrays.deepEquals(Subspace.random(3, 8, 5), Subspace.random(3, 8, 6))).isFalse();
    }

    @Test
    void refusesDirectionsOfLengthZero() {
        assertThatThrownBy(() -> Subspace.spanned(new float[2][8]))
                .hasMessage("directions: 2 were given, all of length 0");
    }

    private static double[][] projector(Subspace space) {
        double[][] projector = new double[space.width()][space.width()];
        for (int row = 0; row < space.rank(); row++) {
            for (int i = 0; i < space.width(); i++) {
                for (int j = 0; j < space.width(); j++) {
                    projector[i][j] +=
                            (double) space.basis()[row * space.width() + i]
                                    * space.basis()[row * space.width() + j];
                }
            }
        }
        return projector;
    }
}
