package dev.stethos.gemma;

import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.TorchDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// The type that the decoder computes in. Weights keep the type that they are stored in, edits are
/// rounded to it, and a wider type only changes the arithmetic.
public enum ComputeType {
    /// The stored type, unless this CPU only emulates it and the widened weights take no more than
    /// a quarter of the memory that is free: then F32.
    AUTO,
    BF16,
    F32;

    private static final Set<String> BF16_UNITS = Set.of("avx512_bf16", "amx_bf16", "bf16");
    private static final int SHARE_OF_FREE_MEMORY = 4;

    /// The scalar type for weights of `stored` type that take `bytes`. BF16 for wider weights would
    /// change them, so it is an [InvalidModelException].
    ScalarType of(ScalarType stored, long bytes, TorchDevice device) {
        return switch (this) {
            case F32 -> ScalarType.F32;
            case BF16 -> {
                if (stored != ScalarType.BF16) {
                    throw new InvalidModelException(
                            "compute type bf16 was given, the checkpoint's weights are %s; allowed are auto and f32"
                                    .formatted(stored));
                }
                yield ScalarType.BF16;
            }
            case AUTO ->
                    switch (device) {
                        case TorchDevice.Cpu cpu ->
                                automatic(
                                        stored,
                                        bytes,
                                        FreeMemory.lines(Path.of("/proc/cpuinfo")),
                                        FreeMemory.lines(Path.of("/proc/meminfo")));
                        case TorchDevice.Cuda cuda -> stored;
                    };
        };
    }

    /// The choice of [#AUTO] from the lines of Linux' `cpuinfo` and `meminfo`; where they do not
    /// say, the stored type.
    static ScalarType automatic(
            ScalarType stored, long bytes, List<String> cpu, List<String> memory) {
        if (stored != ScalarType.BF16) {
            return stored;
        }
        long widened = bytes / ScalarType.BF16.bytes() * ScalarType.F32.bytes();
        return emulatesBf16(cpu) && widened <= FreeMemory.available(memory) / SHARE_OF_FREE_MEMORY
                ? ScalarType.F32
                : ScalarType.BF16;
    }

    /// True when the device is a CPU without units for BF16; false also where the system does not
    /// say.
    static boolean emulatesBf16(TorchDevice device) {
        return switch (device) {
            case TorchDevice.Cpu cpu -> emulatesBf16(FreeMemory.lines(Path.of("/proc/cpuinfo")));
            case TorchDevice.Cuda cuda -> false;
        };
    }

    private static boolean emulatesBf16(List<String> cpu) {
        boolean known = false;
        for (String line : cpu) {
            String[] field = line.split(":", 2);
            String name = field[0].strip().toLowerCase(Locale.ROOT);
            if (field.length == 2 && (name.equals("flags") || name.equals("features"))) {
                known = true;
                if (Stream.of(field[1].strip().split("\\s+", -1)).anyMatch(BF16_UNITS::contains)) {
                    return false;
                }
            }
        }
        return known;
    }
}
