package dev.stethos.lab.sae;

import java.util.Locale;

/// How an SAE is trained: the kind, its sizes, `k` (latents per row: exact, on average over a
/// batch, or the sparsity loss' target), how long and how fast, and what decides its randomness.
/// The learning rate rises linearly over `warmup` of the steps and falls linearly to 0 over the
/// last `decay`. A latent that was silent for `deadAfter` batches is dead; the loss of what dead
/// latents make of the error has the weight `deadWeight`.
public record SaeRecipe(
        Kind kind,
        int latents,
        int k,
        int steps,
        int batch,
        double rate,
        double warmup,
        double decay,
        int deadAfter,
        double deadWeight,
        double sparsity,
        double bandwidth,
        Normalization normalization,
        long seed) {
    static final double BETA_2 = 0.99;
    static final double MOST_GRADIENT = 1e5;

    /// The paper's five batches of 4096.
    private static final int DEAD_TOKENS = 20_480;

    /// The rules that can be trained.
    public enum Kind {
        TOPK(0),
        /// Trained with a batch's largest activations, saved as JumpReLU with one threshold.
        BATCH_TOPK(1),
        JUMP_RELU(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// The program's number for it.
        int code() {
            return code;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace("_", "");
        }
    }

    public SaeRecipe {
        if (latents < 1 || k < 1 || k > latents || steps < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "%d latents, k %d, %d steps of %d rows; allowed are 1 or more, k up to the latents"
                            .formatted(latents, k, steps, batch));
        }
        if (!(rate > 0) || warmup < 0 || decay < 0 || warmup + decay > 1) {
            throw new IllegalArgumentException(
                    "rate %s, warm-up %s, decay %s; allowed are a positive rate and shares of 1"
                            .formatted(rate, warmup, decay));
        }
        if (deadAfter < 1 || deadWeight < 0 || sparsity < 0 || !(bandwidth > 0)) {
            throw new IllegalArgumentException(
                    "dead after %d batches, weights %s and %s, bandwidth %s"
                            .formatted(deadAfter, deadWeight, sparsity, bandwidth));
        }
    }

    /// Paper B's settings of everything but sizes, length and rate.
    public static SaeRecipe of(
            Kind kind, int latents, int k, int steps, int batch, double rate, long seed) {
        return new SaeRecipe(
                kind,
                latents,
                k,
                steps,
                batch,
                rate,
                0.02,
                0.2,
                Math.max(1, DEAD_TOKENS / Math.max(1, batch)),
                1.0 / 32,
                0.1,
                0.05,
                Normalization.STANDARD,
                seed);
    }

    public SaeRecipe withSeed(long other) {
        return new SaeRecipe(
                kind,
                latents,
                k,
                steps,
                batch,
                rate,
                warmup,
                decay,
                deadAfter,
                deadWeight,
                sparsity,
                bandwidth,
                normalization,
                other);
    }

    double rate(int step) {
        double done = (step + 0.5) / steps;
        double rise = warmup > 0 ? Math.min(1, done / warmup) : 1;
        double fall = decay > 0 ? Math.min(1, (1 - done) / decay) : 1;
        return rate * Math.min(rise, fall);
    }

    /// What the trained SAE computes.
    public SaeSpec spec(int width, String model, String hook) {
        Rule rule =
                switch (kind) {
                    case TOPK -> new Rule.TopK(k, false);
                    case BATCH_TOPK, JUMP_RELU -> new Rule.JumpRelu();
                };
        return new SaeSpec(
                width, latents, width, rule, kind != Kind.JUMP_RELU, normalization, model, hook);
    }
}
