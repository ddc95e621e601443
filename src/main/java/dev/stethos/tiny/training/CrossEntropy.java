package dev.stethos.tiny.training;

import dev.stethos.torch.TensorList;
import java.util.List;

/// The mean cross-entropy, in nats per learned token, of a set of sequences.
public final class CrossEntropy {
    private static final int CHUNK = 128;

    private final TrainerProgram program;

    public CrossEntropy(TrainerProgram program) {
        this.program = program;
    }

    public double mean(Weights weights, List<Sequence> sequences) {
        double sum = 0;
        long count = 0;
        try (TensorList list = TensorList.of(weights.tensors())) {
            for (int start = 0; start < sequences.size(); start += CHUNK) {
                int end = Math.min(start + CHUNK, sequences.size());
                try (Batch batch = new Batch(sequences.subList(start, end))) {
                    for (float loss : program.crossEntropies(batch, list)) {
                        sum += loss;
                        count++;
                    }
                }
            }
        }
        return sum / count;
    }
}
