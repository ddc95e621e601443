package dev.stethos.lab.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProjectorTest {
    private static final int WIDTH = 64;
    private static final int OTHER = 200;

    private static Projector.Result project(float[] delta, boolean writes, Subspace space) {
        Subspace twin = Subspace.spanned(Subspace.random(space.rank(), WIDTH, 99));
        return Projector.project(
                delta, writes ? WIDTH : OTHER, writes ? OTHER : WIDTH, writes, space, twin);
    }

    private static float[] isotropic(long seed) {
        return Subspace.flat(Subspace.random(WIDTH, OTHER, seed));
    }

    /// Of n Gaussian columns the share has the standard deviation sqrt(2 k/d (1 - k/d) / (d n)).
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isotropicDeltaKeepsTheShareOfDimensions(boolean writes) {
        for (int rank : new int[] {2, 16, 48}) {
            Subspace space = Subspace.spanned(Subspace.random(rank, WIDTH, rank));
            Projector.Energies energies = project(isotropic(3), writes, space).energies();
            double share = (double) rank / WIDTH;
            double deviation = Math.sqrt(2 * share * (1 - share) / (WIDTH * OTHER));
            assertThat(energies.kept() / energies.whole()).isCloseTo(share, within(4 * deviation));
            assertThat(energies.random() / energies.whole())
                    .isCloseTo(share, within(4 * deviation));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fullRankKeepsEverything(boolean writes) {
        float[] delta = isotropic(4);
        Subspace all = Subspace.spanned(Subspace.random(WIDTH, WIDTH, 5));
        Projector.Result result = project(delta, writes, all);
        assertThat(result.energies().kept() / result.energies().whole()).isCloseTo(1, within(1e-5));
        assertClose(result.projected(), delta);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void projectingTwiceIsProjectingOnce(boolean writes) {
        Subspace space = Subspace.spanned(Subspace.random(9, WIDTH, 6));
        Projector.Result once = project(isotropic(7), writes, space);
        Projector.Result twice = project(once.projected(), writes, space);
        assertClose(twice.projected(), once.projected());
        assertThat(twice.energies().whole())
                .isCloseTo(once.energies().kept(), within(1e-4 * once.energies().kept()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingKeepsMoreThanTheBestOfItsRank(boolean writes) {
        for (int rank : new int[] {1, 8, 40}) {
            Subspace space = Subspace.spanned(Subspace.random(rank, WIDTH, rank));
            Projector.Energies energies = project(isotropic(8), writes, space).energies();
            assertThat(energies.kept()).isLessThan(energies.best());
            assertThat(energies.random()).isLessThan(energies.best());
            assertThat(energies.best()).isLessThan(energies.whole());
        }
    }

    @Test
    void aDeltaInTheSubspaceIsKeptAndIsTheBest() {
        float[][] direction = Subspace.random(1, WIDTH, 9);
        float[][] rest = Subspace.random(1, OTHER, 10);
        float[] product = new float[OTHER * WIDTH];
        for (int i = 0; i < OTHER; i++) {
            for (int j = 0; j < WIDTH; j++) {
                product[i * WIDTH + j] = rest[0][i] * direction[0][j];
            }
        }
        Projector.Result result = project(product, false, Subspace.spanned(direction));
        assertClose(result.projected(), product);
        assertThat(result.energies().kept())
                .isCloseTo(result.energies().best(), within(1e-5 * result.energies().best()));
    }

    @Test
    void projectsAHandComputedMatrixOnEitherSide() {
        Subspace first = Subspace.spanned(new float[][] {{2, 0}});
        Subspace twin = Subspace.spanned(new float[][] {{0, 1}});
        float[] delta = {1, 2, 3, 4};
        Projector.Result rows = Projector.project(delta, 2, 2, true, first, twin);
        assertThat(rows.projected()).containsExactly(1, 2, 0, 0);
        assertThat(rows.energies().kept()).isEqualTo(5);
        assertThat(rows.energies().random()).isEqualTo(25);
        Projector.Result columns = Projector.project(delta, 2, 2, false, first, twin);
        assertThat(columns.projected()).containsExactly(1, 0, 3, 0);
        assertThat(columns.energies().kept()).isEqualTo(10);
        assertThat(columns.energies().whole()).isEqualTo(30);
        // The larger singular value of [[1, 2], [3, 4]] squared.
        assertThat(columns.energies().best()).isCloseTo(15 + Math.sqrt(221), within(1e-4));
    }

    @Test
    void refusesAMatrixOfAnotherWidth() {
        Subspace space = Subspace.spanned(Subspace.random(2, 8, 1));
        assertThatThrownBy(() -> Projector.project(new float[12], 3, 4, false, space, space))
                .hasMessageContaining("directions of width 8, allowed is 4");
    }

    private static void assertClose(float[] given, float[] wanted) {
        assertThat(given).hasSameSizeAs(wanted);
        for (int i = 0; i < given.length; i++) {
            assertThat(given[i]).isCloseTo(wanted[i], within(1e-4f));
        }
    }
}
