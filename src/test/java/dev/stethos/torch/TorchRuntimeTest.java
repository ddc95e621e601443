package dev.stethos.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchRuntimeTest {
    private static final String HEADER =
            """
            class Probe(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
            """;

    private final TorchRuntime torch = TorchRuntime.get();

    @Test
    void runsAProgramMadeFromSourceText() {
        String source =
                HEADER
                        + """
                          def sum_all(self: __torch__.Probe,
                            xs: List[Tensor],
                            scale: float) -> Tensor:
                            total = torch.zeros([2])
                            for x in xs:
                              total = torch.add(total, x, alpha=scale)
                            return total
                        """;
        try (TorchProgram program = torch.loadSource("probe", source);
                Tensor a = torch.floats(new float[] {1, 2}, 2);
                Tensor b = torch.floats(new float[] {10, 20}, 2);
                TensorList list = TensorList.of(List.of(a, b));
                Tensor sum = program.call("sum_all", list, Argument.of(0.5))) {
            assertThat(sum.toFloats()).containsExactly(5.5f, 11f);
        }
    }

    @Test
    void readsBfloat16AsFloats() {
        try (Tensor wide = torch.floats(new float[] {1.0f, -2.5f, 3.1415927f}, 3);
                Tensor narrow = wide.cast(ScalarType.BF16)) {
            assertThat(narrow.scalarType()).isEqualTo(ScalarType.BF16);
            assertThat(narrow.toFloats()).containsExactly(1.0f, -2.5f, 3.140625f);
            assertThat(narrow.bytes()).isEqualTo(6);
        }
    }

    @Test
    void mapsAFileWithoutWritingToIt(@TempDir Path dir) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
        Path file = Files.write(dir.resolve("four"), bytes.array());
        try (Tensor all = torch.map(file, ScalarType.F32, 4);
                Tensor tail = all.slice(2, 1, 2)) {
            assertThat(tail.shape()).containsExactly(1, 2);
            assertThat(tail.toFloats()).containsExactly(3, 4);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes.array());
    }

    @Test
    void comparesBits() {
        try (Tensor zero = torch.floats(new float[] {0f}, 1);
                Tensor minusZero = torch.floats(new float[] {-0f}, 1);
                Tensor again = torch.floats(new float[] {0f}, 1)) {
            assertThat(zero.bitEquals(again)).isTrue();
            assertThat(zero.bitEquals(minusZero)).isFalse();
        }
    }

    @Test
    void callsWithGradients() {
        String source =
                HEADER
                        + """
                          def descend(self: __torch__.Probe, ws: List[Tensor], x: Tensor) -> Tensor:
                            _0 = torch.set_grad_enabled(True)
                            loss = torch.sum(torch.mul(ws[0], x))
                            g = torch.autograd.grad([loss], ws)
                            _1 = torch.set_grad_enabled(False)
                            if g is not None:
                              for t in g:
                                if t is not None:
                                  _2 = torch.sub_(ws[0], t)
                            return torch.detach(loss)
                        """;
        try (TorchProgram program = torch.loadSource("probe", source);
                Tensor w = torch.floats(new float[] {1, 1}, 2);
                Tensor x = torch.floats(new float[] {3, 4}, 2)) {
            w.requireGradient();
            try (Tensor loss =
                    program.callWithGradients(
                            "descend",
                            List.of(Map.entry("ws[]", List.of(w)), Map.entry("x", List.of(x))))) {
                assertThat(loss.toFloats()).containsExactly(7);
            }
            assertThat(w.toFloats()).containsExactly(-2, -3);
        }
    }

    @Test
    void closedTensorsAreRefusedAndCounted() {
        long before = Tensor.liveCount();
        Tensor t = torch.floats(new float[] {1}, 1);
        assertThat(Tensor.liveCount()).isEqualTo(before + 1);
        t.close();
        t.close();
        assertThat(Tensor.liveCount()).isEqualTo(before);
        assertThatThrownBy(t::toFloats).isInstanceOf(TorchException.class);
    }

    @Test
    void namesProgramAndMethodWhenACallFails() {
        try (TorchProgram tensors = torch.load("torch/tensors.torchscript");
                Tensor t = torch.floats(new float[] {1, 2}, 2)) {
            assertThatThrownBy(() -> tensors.call("slice", t, Argument.of(1), Argument.ofList(5)))
                    .isInstanceOf(TorchException.class)
                    .hasMessageContaining("torch/tensors.torchscript")
                    .hasMessageContaining("slice");
        }
    }
}
