package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"model.", "language_model.model.", "model.language_model."})
    void readsEveryPrefixAsTheSameName(String prefix) {
        WeightName name =
                WeightName.parse(prefix + "layers.12.self_attn.q_proj.weight").orElseThrow();
        assertThat(name.canonical()).isEqualTo("model.layers.12.self_attn.q_proj.weight");
        assertThat(name.layer()).hasValue(12);
        assertThat(name.module()).isEqualTo("self_attn.q_proj");
        assertThat(name).isEqualTo(WeightName.ofLayer(12, "self_attn.q_proj"));

        WeightName norm = WeightName.parse(prefix + "norm.weight").orElseThrow();
        assertThat(norm.canonical()).isEqualTo("model.norm.weight");
        assertThat(norm.layer()).isEmpty();
        assertThat(norm.module()).isEqualTo("norm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vision_tower.vision_model.embeddings.patch_embedding.bias",
                "model.vision_tower.vision_model.post_layernorm.weight",
                "multi_modal_projector.mm_input_projection_weight",
                "model.multi_modal_projector.mm_soft_emb_norm.weight",
                "lm_head.weight",
                "language_model.lm_head.weight"
            })
    void leavesOutWhatIsNotText(String name) {
        assertThat(WeightName.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "layers.0.mlp.up_proj.weight",
                "transformer.h.0.weight",
                "model.layers.01.mlp.up_proj.weight",
                "model.layers.-1.mlp.up_proj.weight",
                "model.layers.x.mlp.up_proj.weight",
                "model.layers.0.weight",
                "model.layers.99999.mlp.up_proj.weight",
                "model.norm",
                "model.norm.bias",
                "model..norm.weight",
                "model.norm.weight ",
                "model.norm\n.weight",
                "base_model.model.model.layers.0.mlp.up_proj.weight"
            })
    void refusesEveryOtherForm(String name) {
        assertThatThrownBy(() -> WeightName.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tensor ");
    }

    @Test
    void ordersByLayerNumber() {
        List<WeightName> sorted =
                List.of(
                        new WeightName("model.norm.weight"),
                        WeightName.ofLayer(2, "mlp.up_proj"),
                        WeightName.ofLayer(10, "mlp.gate_proj"),
                        WeightName.ofLayer(10, "mlp.up_proj"));
        assertThat(sorted.reversed().stream().sorted()).containsExactlyElementsOf(sorted);
    }
}
