package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.TorchDevice;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ComputeTypeTest {
    private static final TorchDevice CPU = new TorchDevice.Cpu();

    private static final long GIB = 1L << 30;
    private static final List<String> MEMORY =
            List.of("MemTotal:       16777216 kB", "MemAvailable:    8388608 kB");

    @ParameterizedTest
    @CsvSource({
        "flags\t\t: fpu avx2 avx512f avx512_bf16, BF16",
        "flags\t\t: fpu avx512f amx_bf16 amx_tile, BF16",
        "Features\t: fp asimd bf16, BF16",
        "flags\t\t: fpu avx2 avx512f, F32",
        "Features\t: fp asimd, F32",
        "model name\t: one that says nothing, BF16",
    })
    void bfloat16IsComputedInWhereTheCpuHasIt(String line, ScalarType expected) {
        assertThat(automatic(line, GIB)).isEqualTo(expected);
    }

    @Test
    void widenedWeightsTakeAtMostAQuarterOfTheFreeMemory() {
        assertThat(automatic("flags : avx2", GIB)).isEqualTo(ScalarType.F32);
        assertThat(automatic("flags : avx2", GIB + 2)).isEqualTo(ScalarType.BF16);
        assertThat(ComputeType.automatic(ScalarType.BF16, 2, List.of("flags : avx2"), List.of()))
                .isEqualTo(ScalarType.BF16);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "F32"})
    void wideWeightsStayWide(ComputeType compute) {
        assertThat(compute.of(ScalarType.F32, 1, CPU)).isEqualTo(ScalarType.F32);
    }

    @Test
    void narrowerThanTheWeightsIsRefused() {
        assertThat(ComputeType.BF16.of(ScalarType.BF16, 1, CPU)).isEqualTo(ScalarType.BF16);
        assertThatThrownBy(() -> ComputeType.BF16.of(ScalarType.F32, 1, CPU))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "compute type bf16 was given, the checkpoint's weights are F32; allowed are auto and f32");
    }

    private static ScalarType automatic(String cpu, long bytes) {
        return ComputeType.automatic(
                ScalarType.BF16, bytes, List.of("processor\t: 0", cpu, ""), MEMORY);
    }

    @Test
    void aGpuComputesInTheStoredType() {
        TorchDevice gpu = new TorchDevice.Cuda(0);
        assertThat(ComputeType.AUTO.of(ScalarType.BF16, 1, gpu)).isEqualTo(ScalarType.BF16);
        assertThat(ComputeType.emulatesBf16(gpu)).isFalse();
    }
}
