package dev.stethos.bench;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Tensor;

/// What a model's steps must read and compute at least. Attention's own products are left out: at
/// these lengths they are a small part.
///
/// @param bytes of all weights in the type that products have
/// @param perToken operations of the layers for one token
/// @param head operations of the logits of one token
/// @param keyValueBytes that one position takes in one layer's cache
record ModelCost(double bytes, double perToken, double head, double keyValueBytes) {
    private static final int MULTIPLY_AND_ADD = 2;

    static ModelCost of(Gemma3Model model) {
        Gemma3Config config = model.config();
        double head = (double) config.vocabSize() * config.hiddenSize();
        double all =
                model.base().names().stream()
                        .map(model.base()::tensor)
                        .mapToLong(Tensor::elements)
                        .sum();
        double layers = all - (config.tiedHead() ? 1 : 2) * head;
        int width = model.computeType().bytes();
        return new ModelCost(
                (layers + head) * width,
                MULTIPLY_AND_ADD * layers,
                MULTIPLY_AND_ADD * head,
                2.0 * config.kvHeads() * config.headDim() * width);
    }

    /// Seconds of a step that decodes one token of `batch` sequences which see `context` positions
    /// in every layer.
    double decodeSeconds(MachineLimits limits, int batch, double cachedBytes) {
        return limits.seconds(bytes + batch * cachedBytes, batch * (perToken + head));
    }

    /// Seconds until the first token after a prompt.
    double prefillSeconds(MachineLimits limits, int tokens) {
        return limits.seconds(bytes, tokens * perToken + head);
    }

    /// What one sequence of that length makes a step read of the cache.
    double cachedBytes(Gemma3Config config, int context) {
        double positions = 0;
        for (boolean global : config.global()) {
            positions += global ? context : Math.min(context, config.slidingWindow());
        }
        return positions * keyValueBytes;
    }
}
