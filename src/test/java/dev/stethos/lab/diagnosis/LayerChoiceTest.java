package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.diagnosis.LayerChoice.Measure;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LayerChoiceTest {
    private static final SortedMap<Integer, Double> Z =
            new TreeMap<>(Map.of(0, 100.0, 1, 3.0, 2, 100.0, 5, 100.0));

    private static LayerChoice.Chosen two(Measure... further) {
        return new LayerChoice.Highest(2).of(Z, List.of(further));
    }

    private static Measure measure(String name, double zero, double two, double five) {
        return new Measure(name, new TreeMap<>(Map.of(0, zero, 2, two, 5, five)));
    }

    @Test
    void theFirstMeasureThatDiffersDecidesAndIsSaid() {
        LayerChoice.Chosen chosen = two(measure("same", 1, 1, 1), measure("loss", 0.1, 0.3, 0.2));
        assertThat(chosen.layers()).containsExactly(2, 5);
        assertThat(chosen.tie()).isEqualTo("layers [0, 2, 5] are equal, decided by loss");
    }

    @Test
    void aChoiceByLayerNumberSaysSo() {
        assertThat(two().layers()).containsExactly(0, 2);
        assertThat(two().tie()).endsWith("the lower layer number, nothing else tells them apart");
    }

    /// Equal layers that are all taken are no tie.
    @Test
    void noTieIsSaidWhereNoneDecides() {
        LayerChoice.Chosen three = new LayerChoice.Highest(3).of(Z, List.of());
        assertThat(three.layers()).containsExactly(0, 2, 5);
        assertThat(three.tie()).isEmpty();
        assertThat(new LayerChoice.Highest(9).of(Z, List.of()).layers()).hasSize(4);
        assertThat(new LayerChoice.Above(3).of(Z, List.of()).layers()).containsExactly(0, 2, 5);
    }

    @Test
    void refusesNone() {
        assertThatThrownBy(() -> new LayerChoice.Highest(0)).hasMessageContaining("1 or more");
    }
}
