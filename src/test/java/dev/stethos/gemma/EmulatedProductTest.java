package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The decoder's products where the CPU emulates BF16, against double arithmetic on any machine.
class EmulatedProductTest {
    private static final int INPUTS = 1024;

    /// More than one part of the widened weights, the last one shorter.
    private static final int OUTPUTS = 3001;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 33, 130})
    void equalsDoubleArithmeticRoundedOnce(int rows) {
        Random random = new Random(rows);
        try (TorchProgram program = TorchRuntime.get().load("gemma/decoder.torchscript");
                Tensor x = matrix(random, rows);
                Tensor w = matrix(random, OUTPUTS);
                Tensor y = program.call("product", x, w, Argument.of(true))) {
            assertThat(y.shape()).containsExactly(rows, OUTPUTS);
            assertThat(y.scalarType()).isEqualTo(ScalarType.BF16);
            float[] left = x.toFloats();
            float[] right = w.toFloats();
            float[] product = y.toFloats();
            for (int at = 0; at < product.length; at += 1 + random.nextInt(97)) {
                double sum = 0;
                for (int i = 0; i < INPUTS; i++) {
                    sum +=
                            (double) left[at / OUTPUTS * INPUTS + i]
                                    * right[at % OUTPUTS * INPUTS + i];
                }
                assertThat((double) product[at]).isCloseTo(sum, within(Math.abs(sum) / 128 + 1e-3));
            }
        }
    }

    private static Tensor matrix(Random random, int rows) {
        float[] values = new float[rows * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        try (Tensor wide = TorchRuntime.get().floats(values, rows, INPUTS)) {
            return wide.cast(ScalarType.BF16);
        }
    }
}
