package dev.stethos.tiny;

import dev.stethos.tiny.problems.ControlText;
import dev.stethos.tiny.problems.Draw;
import dev.stethos.tiny.problems.ProblemBank;
import dev.stethos.tiny.problems.Subject;
import dev.stethos.tiny.training.Sequence;
import dev.stethos.tiny.training.SequenceSource;
import java.util.Arrays;

/// Endless training data: a share of control text, a share of number theory, the rest evenly from
/// the other subjects.
record TrainingMix(
        long seed, int stream, double numberTheory, double control, ChatSequences sequences)
        implements SequenceSource {
    private static final Subject[] OTHERS =
            Arrays.stream(Subject.values())
                    .filter(subject -> subject != Subject.NUMBER_THEORY)
                    .toArray(Subject[]::new);

    TrainingMix {
        if (numberTheory < 0 || control < 0 || numberTheory + control > 1) {
            throw new IllegalArgumentException(
                    "shares %s of number theory and %s of control text"
                            .formatted(numberTheory, control));
        }
    }

    /// What decides the data.
    String identity() {
        return "seed %d, stream %d, number theory %s, control %s"
                .formatted(seed, stream, numberTheory, control);
    }

    @Override
    public Sequence sequence(long index) {
        Draw draw = Draw.at(seed, stream, index);
        double share = draw.share();
        if (share < control) {
            return sequences.document(ControlText.training(draw));
        }
        Subject subject =
                share < control + numberTheory
                        ? Subject.NUMBER_THEORY
                        : OTHERS[draw.between(0, OTHERS.length - 1)];
        return sequences.solved(ProblemBank.training(subject, draw));
    }
}
