package dev.stethos.tiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.stethos.tiny.tokens.TokenizerJson;
import dev.stethos.tiny.tokens.Vocabulary;
import dev.stethos.tiny.training.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The small files of the tiny model's folder, as Gemma 3's checkpoints have them: configuration,
/// generation defaults, tokenizer and chat template.
final class ModelFiles {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int MAX_POSITIONS = 1024;
    private static final int TOP_K = 64;
    private static final double TOP_P = 0.95;
    private static final List<Integer> ENDS = List.of(Vocabulary.EOS, Vocabulary.END_OF_TURN);

    private ModelFiles() {}

    /// Contents by file name; everything but the weights.
    static Map<String, byte[]> of(Architecture architecture, Vocabulary vocabulary) {
        Map<String, byte[]> files = new TreeMap<>(TokenizerJson.files(vocabulary, MAX_POSITIONS));
        files.put("config.json", json(config(architecture)));
        files.put("generation_config.json", json(generation()));
        files.put("chat_template.jinja", chatTemplate());
        return files;
    }

    static byte[] json(Object value) {
        try {
            return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("value cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> config(Architecture architecture) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", List.of("Gemma3ForCausalLM"));
        config.put("model_type", "gemma3_text");
        config.put("attention_bias", false);
        config.put("attention_dropout", 0.0);
        config.put("attn_logit_softcapping", null);
        config.put("bos_token_id", Vocabulary.BOS);
        config.put("eos_token_id", ENDS);
        config.put("pad_token_id", Vocabulary.PAD);
        config.put("final_logit_softcapping", null);
        config.put("head_dim", architecture.headDim());
        config.put("hidden_activation", "gelu_pytorch_tanh");
        config.put("hidden_size", architecture.hiddenSize());
        config.put("initializer_range", 0.02);
        config.put("intermediate_size", architecture.intermediateSize());
        config.put("layer_types", layerTypes(architecture));
        config.put("max_position_embeddings", MAX_POSITIONS);
        config.put("num_attention_heads", architecture.heads());
        config.put("num_hidden_layers", architecture.layers());
        config.put("num_key_value_heads", architecture.kvHeads());
        config.put("query_pre_attn_scalar", architecture.headDim());
        config.put("rms_norm_eps", 1e-6);
        config.put("rope_local_base_freq", architecture.ropeLocalTheta());
        config.put("rope_scaling", null);
        config.put("rope_theta", architecture.ropeTheta());
        config.put("sliding_window", architecture.slidingWindow());
        config.put("sliding_window_pattern", Architecture.PATTERN);
        config.put("tie_word_embeddings", true);
        config.put("torch_dtype", "bfloat16");
        config.put("use_cache", true);
        config.put("vocab_size", architecture.vocabSize());
        return config;
    }

    private static List<String> layerTypes(Architecture architecture) {
        List<String> types = new ArrayList<>();
        for (int layer = 1; layer <= architecture.layers(); layer++) {
            types.add(layer % Architecture.PATTERN == 0 ? "full_attention" : "sliding_attention");
        }
        return types;
    }

    private static Map<String, Object> generation() {
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put("bos_token_id", Vocabulary.BOS);
        defaults.put("do_sample", true);
        defaults.put("eos_token_id", ENDS);
        defaults.put("pad_token_id", Vocabulary.PAD);
        defaults.put("top_k", TOP_K);
        defaults.put("top_p", TOP_P);
        return defaults;
    }

    private static byte[] chatTemplate() {
        try (InputStream in = ModelFiles.class.getResourceAsStream("/tiny/gemma3.jinja")) {
            if (in == null) {
                throw new IllegalStateException("class path resource tiny/gemma3.jinja is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
