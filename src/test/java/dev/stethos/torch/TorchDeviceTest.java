package dev.stethos.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchDeviceTest {
    @Test
    void namesAreWhatDevicesPrint() {
        assertThat(TorchDevice.named("cpu")).isEqualTo(new TorchDevice.Cpu()).hasToString("cpu");
        assertThat(new TorchDevice.Cuda(3)).hasToString("cuda:3");
        assertThat(TorchDevice.named("auto")).isIn(new TorchDevice.Cpu(), new TorchDevice.Cuda(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:0 ", "cuda:100", "mps"})
    void refusesOtherNames(String name) {
        assertThatThrownBy(() -> TorchDevice.named(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device: '%s' was given, allowed are auto, cpu and cuda:N", name);
    }

    @Test
    void refusesAGpuThatIsNotThere() {
        assertThatThrownBy(() -> TorchDevice.named("cuda:99"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("device: cuda:99 was given, ")
                .hasMessageContaining("allowed are auto");
    }

    @Test
    void aTensorStaysItselfOnTheCpu() {
        TorchRuntime torch = TorchRuntime.get();
        try (Tensor tensor = torch.floats(new float[] {1, 2}, 2)) {
            if (torch.device() instanceof TorchDevice.Cpu) {
                assertThat(torch.onDevice(tensor)).isSameAs(tensor);
            }
            assertThat(tensor.toFloats()).containsExactly(1, 2);
        }
    }
}
