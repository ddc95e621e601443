package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either a safetensors file whose tensors cover its data exactly, or refused. The
/// seeds are replayed in every run; with `JAZZER_FUZZ=1` in the environment Jazzer searches on from
/// them (its agent instruments the whole process, so it stays out of ordinary runs).
final class SafetensorsFuzzTest {
    static Stream<Arguments> seeds() {
        byte[] two =
                SafetensorsBytes.file(
                        "{\"__metadata__\":{\"k\":\"v\"},\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]},\"a\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]}}",
                        6);
        return Stream.of(
                        SafetensorsBytes.valid(),
                        two,
                        Arrays.copyOf(two, two.length - 1),
                        SafetensorsBytes.tensor("\"F32\"", "[9007199254740993]", "[0,-1]", 4),
                        SafetensorsBytes.declaring(-1, "{}".getBytes(StandardCharsets.UTF_8), 3),
                        new byte[3])
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsOrRefusesSeeds(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = ".+")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void readsOrRefusesAnything(byte[] bytes) {
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        SafetensorsHeader header;
        try {
            header = SafetensorsHeader.read("fuzzed", MemorySegment.ofArray(bytes));
        } catch (InvalidWeightsException e) {
            assertThat(e.getMessage()).startsWith("fuzzed: ").doesNotContain("\n", "\r", "\u001b");
            return;
        }
        long data = header.tensors().stream().mapToLong(TensorInfo::bytes).sum();
        long begin =
                header.tensors().isEmpty() ? bytes.length : header.tensors().getFirst().begin();
        assertThat(begin + data).isEqualTo(bytes.length);
    }
}
