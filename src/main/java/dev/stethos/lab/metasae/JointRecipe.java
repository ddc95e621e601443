package dev.stethos.lab.metasae;

import dev.stethos.lab.sae.SaeRecipe;
import dev.stethos.lab.sae.SaeRecipe.Kind;
import java.util.Locale;

/// How an SAE and its meta SAE are trained in turns: `primarySteps` of the one on activations, then
/// `metaSteps` of the other on all of the first one's decoder rows, until the primary recipe's
/// steps are done. `weight` is the paper's lambda 2.
public record JointRecipe(
        SaeRecipe primary,
        int metaLatents,
        int metaK,
        double weight,
        double sigmaSquared,
        int primarySteps,
        int metaSteps) {

    /// The settings that the paper's text and its repository give; they differ. Sizes are shares of
    /// the primary SAE's.
    public enum Preset {
        PAPER(8, 10, 5),
        REPOSITORY(4, 100, 10);

        private static final double META_SHARE = 1800.0 / 20480;
        private static final double WEIGHT = 0.3;
        private static final double SIGMA_SQUARED = 1;

        private final int metaK;
        private final int primarySteps;
        private final int metaSteps;

        Preset(int metaK, int primarySteps, int metaSteps) {
            this.metaK = metaK;
            this.primarySteps = primarySteps;
            this.metaSteps = metaSteps;
        }

        public JointRecipe of(SaeRecipe primary) {
            int latents = (int) Math.max(metaK, Math.round(primary.latents() * META_SHARE));
            return new JointRecipe(
                    primary, latents, metaK, WEIGHT, SIGMA_SQUARED, primarySteps, metaSteps);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public JointRecipe {
        if (metaLatents < 1 || metaK < 1 || metaK > metaLatents) {
            throw new IllegalArgumentException(
                    "meta SAE of %d latents, k %d; allowed are 1 or more, k up to the latents"
                            .formatted(metaLatents, metaK));
        }
        if (weight < 0 || !(sigmaSquared > 0) || primarySteps < 1 || metaSteps < 1) {
            throw new IllegalArgumentException(
                    "weight %s, sigma squared %s, %d and %d steps in turn"
                            .formatted(weight, sigmaSquared, primarySteps, metaSteps));
        }
    }

    /// The same with another lambda 2 and sigma squared.
    public JointRecipe with(double otherWeight, double otherSigmaSquared) {
        return new JointRecipe(
                primary,
                metaLatents,
                metaK,
                otherWeight,
                otherSigmaSquared,
                primarySteps,
                metaSteps);
    }

    public JointRecipe withSeed(long seed) {
        return new JointRecipe(
                primary.withSeed(seed),
                metaLatents,
                metaK,
                weight,
                sigmaSquared,
                primarySteps,
                metaSteps);
    }

    /// The meta SAE's recipe: a batch is the whole decoder.
    SaeRecipe meta() {
        int steps = Math.max(1, primary.steps() / primarySteps * metaSteps);
        return metaAlone(steps, primary.seed() + 1);
    }

    /// A meta SAE of that size for a decoder that no longer changes.
    SaeRecipe metaAlone(int steps, long seed) {
        return new SaeRecipe(
                Kind.BATCH_TOPK,
                metaLatents,
                metaK,
                steps,
                primary.latents(),
                primary.rate(),
                primary.warmup(),
                0,
                primary.deadAfter(),
                primary.deadWeight(),
                primary.sparsity(),
                primary.bandwidth(),
                primary.normalization(),
                seed);
    }
}
