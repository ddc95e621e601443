package dev.stethos.inference.sampling;

/// Draws a token from a row of logits: adjustment (bias, penalties), temperature, `min_p`, `top_k`,
/// `top_p`, then one number from the sequence's own random source. Temperature 0 takes the largest
/// adjusted logit. Equal logits rank by lower id. A logit that is not finite is never drawn. Holds
/// scratch memory for one row and belongs to one thread.
public final class Sampler {
    private static final int FIRST_SELECTION = 64;
    private static final int SELECTION_GROWTH = 8;

    private final int drawable;
    private final TopTokens top = new TopTokens();
    private final float[] adjusted;
    private double[] weights = {};

    /// Rows have `vocabSize` logits, of which the first `drawable` may be drawn.
    public Sampler(int vocabSize, int drawable) {
        this.drawable = drawable;
        this.adjusted = new float[vocabSize];
    }

    /// The next token of a sequence whose logits start at `offset`. Throws
    /// [UnusableLogitsException] when no token is allowed and finite.
    public int next(float[] logits, int offset, SamplingState state) {
        float[] row = logits;
        int start = offset;
        if (state.adjustment().changes()) {
            System.arraycopy(logits, offset, adjusted, 0, adjusted.length);
            state.adjustment().apply(adjusted);
            row = adjusted;
            start = 0;
        }
        int best = argmax(row, start);
        SamplingParams params = state.params();
        int token =
                params.temperature() == 0
                        ? best
                        : draw(row, start, row[start + best], params, state.random().nextDouble());
        state.adjustment().generated(token);
        return token;
    }

    private int argmax(float[] row, int start) {
        int best = -1;
        float largest = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < drawable; id++) {
            float logit = row[start + id];
            if (logit > largest && logit <= Float.MAX_VALUE) {
                largest = logit;
                best = id;
            }
        }
        if (best < 0) {
            throw new UnusableLogitsException(
                    "no token is left to draw: none is both allowed and finite");
        }
        return best;
    }

    private int draw(float[] row, int start, float max, SamplingParams params, double random) {
        int topK = params.topK() == 0 ? drawable : Math.min(params.topK(), drawable);
        if (topK < drawable) {
            top.select(row, start, drawable, topK);
            weighTop(max, params);
            double total = sum(top.size());
            return top.id(drawRanked(random, cut(params.topP() * total)));
        }
        double total = weighAll(row, start, max, params);
        if (params.topP() == 1) {
            return drawUpTo(random * total, drawable);
        }
        int selected = FIRST_SELECTION;
        while (true) {
            top.select(row, start, drawable, selected);
            weighTop(max, params);
            int kept = cut(params.topP() * total);
            if (kept < top.size() || selected >= drawable) {
                return top.id(drawRanked(random, kept));
            }
            selected = Math.min(drawable, selected * SELECTION_GROWTH);
        }
    }

    /// Weights of the selected tokens by rank; nothing for those below `min_p`.
    private void weighTop(float max, SamplingParams params) {
        reserve(top.size());
        for (int rank = 0; rank < top.size(); rank++) {
            weights[rank] = weight(top.value(rank), max, params);
        }
    }

    /// Weights of all tokens by id, and their sum.
    private double weighAll(float[] row, int start, float max, SamplingParams params) {
        reserve(drawable);
        double total = 0;
        for (int id = 0; id < drawable; id++) {
            float logit = row[start + id];
            weights[id] = Math.abs(logit) <= Float.MAX_VALUE ? weight(logit, max, params) : 0;
            total += weights[id];
        }
        return total;
    }

    /// Probability relative to that of the most likely token.
    private static double weight(float logit, float max, SamplingParams params) {
        double weight = Math.exp(((double) logit - max) / params.temperature());
        return weight >= params.minP() ? weight : 0;
    }

    /// How many ranked weights it takes to reach `mass`, at least one, at most all.
    private int cut(double mass) {
        double sum = weights[0];
        int kept = 1;
        while (kept < top.size() && sum < mass && weights[kept] > 0) {
            sum += weights[kept++];
        }
        return kept;
    }

    private int drawRanked(double random, int kept) {
        return drawUpTo(random * sum(kept), kept);
    }

    /// The place where the running sum of weights passes `target`.
    private int drawUpTo(double target, int count) {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                last = i;
                sum += weights[i];
                if (sum > target) {
                    return i;
                }
            }
        }
        return last;
    }

    private double sum(int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        return sum;
    }

    private void reserve(int count) {
        if (weights.length < count) {
            weights = new double[count];
        }
    }
}
