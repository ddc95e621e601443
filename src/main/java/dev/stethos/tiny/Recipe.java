package dev.stethos.tiny;

import dev.stethos.tiny.training.Architecture;
import dev.stethos.tiny.training.Schedule;

/// Everything that decides the tiny model besides its seed: sizes, data shares and schedules.
/// Number theory is rare in the base's data and half of the tuned model's; all of it is worked.
/// Item counts are per subject.
public record Recipe(
        int vocabulary,
        int layers,
        int hiddenSize,
        int intermediateSize,
        double baseNumberTheory,
        double tunedNumberTheory,
        double control,
        Schedule base,
        Schedule probe,
        Schedule tuned,
        int validationItems,
        int testItems,
        int controlDocuments) {

    /// Texts that the vocabulary is learned from.
    static final int VOCABULARY_TEXTS = 20_000;

    private static final int HEADS = 2;
    private static final int KV_HEADS = 1;
    private static final int HEAD_DIM = 64;
    private static final int WINDOW = 128;
    private static final double ROPE_THETA = 1e6;
    private static final double ROPE_LOCAL_THETA = 1e4;

    /// The recipe of the embedded model.
    public static Recipe embedded() {
        return new Recipe(
                1024,
                12,
                128,
                384,
                0.01,
                0.5,
                0.11,
                new Schedule(2800, 48, 3e-3, 0.03, 0.05, 0.01),
                new Schedule(300, 48, 1e-3, 0.05, 0.05, 0.01),
                new Schedule(400, 48, 1e-3, 0.05, 0.05, 0.01),
                240,
                300,
                300);
    }

    Architecture architecture(int vocabSize) {
        return new Architecture(
                layers,
                hiddenSize,
                intermediateSize,
                HEADS,
                KV_HEADS,
                HEAD_DIM,
                vocabSize,
                WINDOW,
                ROPE_THETA,
                ROPE_LOCAL_THETA);
    }
}
