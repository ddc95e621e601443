package dev.stethos.inference.sampling;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What one sequence does to the raw logits before a token is drawn: bias, then penalties for
/// tokens that it has seen. Repetition counts prompt and output (CTRL,
/// https://arxiv.org/abs/1909.05858); presence and frequency count output only. A bias of -100 bans
/// a token.
final class LogitAdjustment {
    private static final double BAN = -100;

    private final SamplingParams params;
    private final Set<Integer> bannedFirst;
    private final BitSet seen = new BitSet();
    private final Map<Integer, Integer> generated = new HashMap<>();

    LogitAdjustment(SamplingParams params, int[] prompt, Set<Integer> bannedFirst) {
        this.params = params;
        this.bannedFirst = bannedFirst;
        if (repeats()) {
            for (int token : prompt) {
                seen.set(token);
            }
        }
    }

    /// False when [#apply] would change nothing.
    boolean changes() {
        return !params.logitBias().isEmpty()
                || repeats()
                || counts()
                || (generated.isEmpty() && !bannedFirst.isEmpty());
    }

    /// Changes the logits of one step in place.
    void apply(float[] logits) {
        params.logitBias().forEach((token, bias) -> bias(logits, token, bias));
        if (generated.isEmpty()) {
            for (int token : bannedFirst) {
                bias(logits, token, BAN);
            }
        }
        for (int token = seen.nextSetBit(0); token >= 0; token = seen.nextSetBit(token + 1)) {
            double penalty = params.repetitionPenalty();
            float logit = logits[token];
            logits[token] = (float) (logit > 0 ? logit / penalty : logit * penalty);
        }
        if (counts()) {
            generated.forEach((token, count) ->
                    logits[token] -=
                            (float) (params.frequencyPenalty() * count + params.presencePenalty()));
        }
    }

    /// Tells that `token` was generated.
    void generated(int token) {
        generated.merge(token, 1, Integer::sum);
        if (repeats()) {
            seen.set(token);
        }
    }

    private static void bias(float[] logits, int token, double bias) {
        if (bias <= BAN) {
            logits[token] = Float.NEGATIVE_INFINITY;
        } else {
            logits[token] += (float) bias;
        }
    }

    private boolean repeats() {
        return params.repetitionPenalty() != 1;
    }

    private boolean counts() {
        return params.frequencyPenalty() != 0 || params.presencePenalty() != 0;
    }
}
