package dev.stethos.inference.sampling;

import java.util.Set;
import java.util.SplittableRandom;

/// What sampling remembers about one sequence: its parameters, what it has generated, and its own
/// random source, so that its company in a batch never changes its text.
public final class SamplingState {
    private final SamplingParams params;
    private final LogitAdjustment adjustment;
    private final SplittableRandom random;

    /// `bannedFirst` are tokens that the output may not begin with.
    public SamplingState(SamplingParams params, int[] prompt, Set<Integer> bannedFirst) {
        this.params = params;
        this.adjustment = new LogitAdjustment(params, prompt, bannedFirst);
        Long seed = params.seed();
        this.random = seed == null ? new SplittableRandom() : new SplittableRandom(seed);
    }

    SamplingParams params() {
        return params;
    }

    LogitAdjustment adjustment() {
        return adjustment;
    }

    SplittableRandom random() {
        return random;
    }
}
