package dev.stethos.lab.activations;

import dev.stethos.gemma.config.Gemma3Config;
import java.util.List;

/// About what memory a pass over documents takes beside the weights: the largest batch on its way
/// through a layer or the head, and its rows at one hookpoint of the residual stream. In bytes, for
/// the widest arithmetic.
public record PassCost(long running, long rows) {
    /// Copies of a token's activations that a layer holds at its busiest.
    private static final int RESIDUALS = 6;

    private static final int INNERS = 3;
    private static final int HEADS = 6;

    /// Logits, widened, and their logarithms.
    private static final int LOGITS = 3;

    /// Rows are in a tensor and on the heap, before and after an edit.
    private static final int COPIES = 4;

    static PassCost of(Gemma3Config config, List<List<Document>> batches) {
        long tokens = 0;
        for (List<Document> batch : batches) {
            long longest = batch.stream().mapToInt(d -> d.tokens().length).max().orElse(0);
            tokens = Math.max(tokens, longest * batch.size());
        }
        long layer =
                (long) RESIDUALS * config.hiddenSize()
                        + (long) INNERS * config.intermediateSize()
                        + (long) HEADS * config.heads() * config.headDim();
        long weights = (long) config.hiddenSize() * ForwardProgram.PART;
        long head = LOGITS * Math.min(tokens, ForwardProgram.CHUNK) * config.vocabSize();
        return new PassCost(
                Float.BYTES * (weights + Math.max(tokens * layer, head)),
                Float.BYTES * COPIES * tokens * config.hiddenSize());
    }
}
