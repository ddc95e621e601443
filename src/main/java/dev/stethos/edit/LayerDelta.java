package dev.stethos.edit;

import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import java.util.List;

/// What is added to one tensor, as it lies in a file: every element of it, or the product of two
/// thin matrices.
public sealed interface LayerDelta {
    /// The suffixes that a low-rank delta's two matrices add to the tensor's name.
    String SUFFIX_A = ".lora_A";

    String SUFFIX_B = ".lora_B";

    /// Frobenius norm; not finite when any element is not.
    double norm();

    /// Of the tensor that it is added to.
    List<Long> shape();

    /// Every element of the delta.
    record Dense(SafetensorsFile file, TensorInfo delta) implements LayerDelta {
        @Override
        public double norm() {
            return Math.sqrt(SquaredNorm.of(file, delta, 0));
        }

        @Override
        public List<Long> shape() {
            return delta.shape();
        }
    }

    /// `B A` with A `[rank, in]` and B `[out, rank]`.
    record LowRank(SafetensorsFile file, TensorInfo a, TensorInfo b) implements LayerDelta {
        /// From the two Gram matrices: `|B A|^2 = sum((B^T B) * (A A^T))`.
        @Override
        public double norm() {
            int rank = Math.toIntExact(a.shape().getFirst());
            float[] rowsOfA = file.floats(a);
            float[] rowsOfB = file.floats(b);
            int in = rowsOfA.length / rank;
            int out = rowsOfB.length / rank;
            double sum = 0;
            for (int i = 0; i < rank; i++) {
                for (int j = 0; j <= i; j++) {
                    double gramA = 0;
                    for (int k = 0; k < in; k++) {
                        gramA += (double) rowsOfA[i * in + k] * rowsOfA[j * in + k];
                    }
                    double gramB = 0;
                    for (int k = 0; k < out; k++) {
                        gramB += (double) rowsOfB[k * rank + i] * rowsOfB[k * rank + j];
                    }
                    sum += (i == j ? 1 : 2) * gramA * gramB;
                }
            }
            return Math.sqrt(Math.abs(sum));
        }

        @Override
        public List<Long> shape() {
            return List.of(b.shape().getFirst(), a.shape().getLast());
        }
    }
}
