package dev.stethos.bench;

import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.function.Supplier;

/// What this machine can do, measured through the library that runs the model, with all of its
/// threads: the best of a few tries, because a limit is what is reached when nothing disturbs.
///
/// @param bytesPerSecond memory read once from end to end
/// @param operationsPerSecond of a product of large matrices, a multiplication and an addition
///   being two operations
/// @param type the matrices' type
public record MachineLimits(double bytesPerSecond, double operationsPerSecond, ScalarType type) {
    private static final int TRIES = 5;
    private static final long READ_BYTES = 1L << 30;
    private static final long ROWS = 512;
    private static final long INPUTS = 2560;
    private static final long OUTPUTS = 10240;

    /// Measures both; the matrices are stored in the type of the model's products, and multiplied
    /// in it or in F32, whichever is faster.
    public static MachineLimits measure(ScalarType type) {
        TorchRuntime torch = TorchRuntime.get();
        try (TorchProgram program = torch.load("bench/limits.torchscript")) {
            return new MachineLimits(
                    READ_BYTES / fastest(program, "read", () -> reading(program)),
                    2.0
                            * ROWS
                            * INPUTS
                            * OUTPUTS
                            / Math.min(
                                    fastest(program, "product", () -> factors(program, type)),
                                    fastest(program, "wide_product", () -> factors(program, type))),
                    type);
        }
    }

    /// Seconds that reading or multiplying must take at least.
    public double seconds(double bytes, double operations) {
        return Math.max(bytes / bytesPerSecond, operations / operationsPerSecond);
    }

    private static Tensor[] reading(TorchProgram program) {
        return new Tensor[] {filled(program, ScalarType.F32, READ_BYTES / Float.BYTES)};
    }

    private static Tensor[] factors(TorchProgram program, ScalarType type) {
        return new Tensor[] {
            filled(program, type, ROWS, INPUTS), filled(program, type, OUTPUTS, INPUTS)
        };
    }

    private static Tensor filled(TorchProgram program, ScalarType type, long... shape) {
        return program.call(
                "filled",
                Argument.ofList(shape),
                Argument.of((long) type.code()),
                Argument.of(TorchRuntime.get().device().toString()));
    }

    private static double fastest(TorchProgram program, String method, Supplier<Tensor[]> inputs) {
        Tensor[] arguments = inputs.get();
        try {
            double fastest = Double.POSITIVE_INFINITY;
            for (int i = 0; i < TRIES; i++) {
                long begin = System.nanoTime();
                // The value is read, because a GPU's call returns before it is done.
                try (Tensor result = program.call(method, arguments)) {
                    float[] _ = result.toFloats();
                }
                fastest = Math.min(fastest, (System.nanoTime() - begin) / 1e9);
            }
            return fastest;
        } finally {
            for (Tensor tensor : arguments) {
                tensor.close();
            }
        }
    }
}
