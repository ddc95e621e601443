package dev.stethos.inference;

import java.util.Arrays;

/// A sequence's prompt and what it has generated, and how much of it is in its slot. Used by the
/// device thread only.
final class SequenceTokens {
    private final int[] prompt;
    private int[] generated = new int[16];
    private int count;
    private int computed;
    private int promptEnd;

    SequenceTokens(int[] prompt) {
        this.prompt = prompt;
        this.promptEnd = prompt.length;
    }

    int[] prompt() {
        return prompt;
    }

    int generated() {
        return count;
    }

    void add(int token) {
        if (count == generated.length) {
            generated = Arrays.copyOf(generated, 2 * count);
        }
        generated[count++] = token;
    }

    int computed() {
        return computed;
    }

    void computed(int tokens) {
        computed = tokens;
    }

    /// How many tokens are still to be computed in pieces.
    int promptLeft() {
        return Math.max(0, promptEnd - computed);
    }

    /// Whether all tokens are computed, so that the last one's logits give the next.
    boolean wantsNext() {
        return computed == prompt.length + count;
    }

    /// The next tokens to compute.
    int[] next(int wanted) {
        int[] next = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            int position = computed + i;
            next[i] =
                    position < prompt.length
                            ? prompt[position]
                            : generated[position - prompt.length];
        }
        return next;
    }

    /// The slot is lost and everything is to be computed again: what was generated in pieces as if
    /// it belonged to the prompt, or with `stepwise` token by token as it was before.
    void restart(boolean stepwise) {
        computed = 0;
        promptEnd = stepwise ? prompt.length : prompt.length + count;
    }
}
