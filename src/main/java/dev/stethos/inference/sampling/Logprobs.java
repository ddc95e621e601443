package dev.stethos.inference.sampling;

import java.util.ArrayList;
import java.util.List;

/// Log probabilities of the model's own distribution: the log softmax of a row of raw logits. Holds
/// scratch memory and belongs to one thread.
public final class Logprobs {
    private final int vocabSize;
    private final TopTokens top = new TopTokens();

    public Logprobs(int vocabSize) {
        this.vocabSize = vocabSize;
    }

    /// `token`'s log probability with the `alternatives` most likely tokens at its place. Throws
    /// [UnusableLogitsException] when the token has none.
    public TokenLogprob of(float[] logits, int offset, int token, int alternatives) {
        float max = max(logits, offset);
        double logSum = Math.log(sumOfExp(logits, offset, max));
        double logprob = (double) logits[offset + token] - max - logSum;
        if (Double.isNaN(logprob)) {
            throw new UnusableLogitsException("the model gave token " + token + " no probability");
        }
        List<TokenLogprob.Alternative> likely = new ArrayList<>(alternatives);
        if (alternatives > 0) {
            top.select(logits, offset, vocabSize, alternatives);
            for (int rank = 0; rank < top.size(); rank++) {
                likely.add(
                        new TokenLogprob.Alternative(
                                top.id(rank), (double) top.value(rank) - max - logSum));
            }
        }
        return new TokenLogprob(token, logprob, likely);
    }

    private float max(float[] logits, int offset) {
        float max = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < vocabSize; id++) {
            float logit = logits[offset + id];
            if (logit > max && logit <= Float.MAX_VALUE) {
                max = logit;
            }
        }
        return max;
    }

    private double sumOfExp(float[] logits, int offset, float max) {
        double sum = 0;
        for (int id = 0; id < vocabSize; id++) {
            float logit = logits[offset + id];
            if (logit <= max) {
                sum += Math.exp((double) logit - max);
            }
        }
        return sum;
    }
}
