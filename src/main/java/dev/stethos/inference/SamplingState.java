package dev.stethos.inference;

import java.util.SplittableRandom;

/// What sampling remembers about one sequence: its parameters, what it has generated, and its own
/// random source, so that its company in a batch never changes its text.
record SamplingState(SamplingParams params, LogitAdjustment adjustment, SplittableRandom random) {

    static SamplingState of(GenerationRequest request) {
        SamplingParams params = request.sampling();
        Long seed = params.seed();
        return new SamplingState(
                params,
                new LogitAdjustment(params, request.prompt(), request.bannedFirst()),
                seed == null ? new SplittableRandom() : new SplittableRandom(seed));
    }
}
