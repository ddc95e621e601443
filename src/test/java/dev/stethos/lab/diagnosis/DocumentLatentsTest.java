package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class DocumentLatentsTest {
    @Test
    void keepsLatentsThatFired() {
        DocumentLatents document = DocumentLatents.of(3, new float[] {0, 2, 0, 1, 3, 0});
        assertThat(document.tokens()).isEqualTo(2);
        assertThat(document.latents()).containsExactly(0, 1);
        assertThat(document.sums()).containsExactly(1, 5);
        assertThat(document.fires()).containsExactly(1, 2);
    }

    @Test
    void changeCountsInBothDirections() {
        DocumentLatents change =
                DocumentLatents.ofChange(2, new float[] {1, 2, 0, 2}, new float[] {0, 2, 3, 2});
        assertThat(change.latents()).containsExactly(0);
        assertThat(change.sums()).containsExactly(4);
        assertThat(change.fires()).containsExactly(2);
    }

    @Test
    void refusesRowsThatDoNotFit() {
        assertThatThrownBy(() -> DocumentLatents.of(3, new float[4]))
                .hasMessage("4 activations in rows of 3");
    }
}
