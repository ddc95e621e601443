package dev.stethos.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where tensors are and programs run: the CPU, or one NVIDIA GPU by its number.
public sealed interface TorchDevice {
    /// The system property that chooses the device of this process, before the environment's
    /// `STETHOS_DEVICE`.
    String PROPERTY = "stethos.device";

    String AUTO = "auto";

    record Cpu() implements TorchDevice {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    record Cuda(int number) implements TorchDevice {
        @Override
        public String toString() {
            return "cuda:" + number;
        }
    }

    /// The device of that name; `auto` is the first GPU where libtorch and the machine have CUDA,
    /// otherwise the CPU. A name that is none, or a GPU that is not there, is an
    /// [IllegalArgumentException].
    static TorchDevice named(String name) {
        if (name.equals("cpu")) {
            return new Cpu();
        }
        if (name.equals(AUTO)) {
            return gpus() > 0 ? new Cuda(0) : new Cpu();
        }
        Matcher cuda = Pattern.compile("cuda(?::([0-9]{1,2}))?").matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException(
                    "device: '%s' was given, allowed are auto, cpu and cuda:N".formatted(name));
        }
        int number = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        int there = gpus();
        if (number >= there) {
            throw new IllegalArgumentException(
                    there == 0
                            ? "device: %s was given, this machine or its libtorch has no CUDA; allowed are auto and cpu"
                                    .formatted(name)
                            : "device: %s was given, allowed are auto, cpu and cuda:0 to cuda:%d"
                                    .formatted(name, there - 1));
        }
        return new Cuda(number);
    }

    /// What the system property or else the environment chooses, by default `auto`.
    static TorchDevice chosen() {
        String fallback = System.getenv().getOrDefault("STETHOS_DEVICE", AUTO);
        return named(System.getProperty(PROPERTY, fallback));
    }

    private static int gpus() {
        return Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA)
                ? CudaUtils.getGpuCount()
                : 0;
    }

    /// The same as the engine's library names it.
    default Device toNative() {
        return switch (this) {
            case Cpu cpu -> Device.cpu();
            case Cuda(int number) -> Device.gpu(number);
        };
    }
}
