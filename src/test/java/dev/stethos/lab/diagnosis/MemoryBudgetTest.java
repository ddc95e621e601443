package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.PassCost;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    /// A batch of 4096 tokens in the published 4B model, and SAEs of 16384 latents.
    private static final PassCost PASS = new PassCost(1_000_000_000, 170_000_000);

    private static final List<Document> DOCUMENTS =
            Collections.nCopies(100, new Document("d", new int[200], new int[] {1}));
    private static final List<LatentEncoder> LAYERS = Collections.nCopies(34, new Wide());

    /// Says what it would take.
    private record Wide() implements LatentEncoder {
        @Override
        public int layer() {
            return 0;
        }

        @Override
        public int width() {
            return 16_384;
        }

        @Override
        public long bytes() {
            return 336_000_000;
        }

        @Override
        public float[] encode(Activations residual) {
            throw new AssertionError("a budget encodes nothing");
        }

        @Override
        public float[] direction(int latent) {
            throw new AssertionError("a budget reads nothing");
        }

        @Override
        public void close() {}
    }

    private static int together(String budget) {
        return MemoryBudget.parse(budget).layersTogether(PASS, DOCUMENTS, LAYERS);
    }

    @Test
    void moreMemoryTakesMoreLayersAtATime() {
        assertThat(together("4GB")).isBetween(2, 8);
        assertThat(together("4000MB")).isEqualTo(together("4GB"));
        assertThat(together("8GB")).isBetween(together("4GB") + 5, 33);
        assertThat(together("100GB")).isEqualTo(34);
    }

    /// What the refusal names is enough, and no more than that.
    @Test
    void refusesWhatIsTooLittleForOneLayerAndSaysHowMuchIsNot() {
        assertThatThrownBy(() -> together("1GB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "memory of 1000 MB, one layer at a time takes about \\d+ MB; allowed is that or more, or fewer or shorter documents");
        String named = String.valueOf(refusal("1GB")).replaceFirst(".*about (\\d+) MB.*", "$1");
        assertThat(together(named + "MB")).isEqualTo(1);
        assertThatThrownBy(() -> together(Integer.parseInt(named) - 1 + "MB"))
                .hasMessageContaining("about " + named + " MB");
    }

    private static String refusal(String budget) {
        try {
            return "not refused: " + together(budget);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void refusesWhatIsNoAmount() {
        for (String text : new String[] {"", "4", "4 GB", "-1GB", "4TB", "99999999GB"}) {
            assertThatThrownBy(() -> MemoryBudget.parse(text))
                    .hasMessageContaining("allowed is a number and MB or GB");
        }
    }
}
