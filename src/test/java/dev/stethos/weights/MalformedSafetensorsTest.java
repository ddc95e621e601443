package dev.stethos.weights;

import static dev.stethos.weights.SafetensorsBytes.ENTRY;
import static dev.stethos.weights.SafetensorsBytes.declaring;
import static dev.stethos.weights.SafetensorsBytes.file;
import static dev.stethos.weights.SafetensorsBytes.tensor;
import static dev.stethos.weights.SafetensorsBytes.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which a safetensors file can be malformed, and what the refusal says.
final class MalformedSafetensorsTest {
    @TempDir private Path folder;

    static Stream<Arguments> malformed() {
        return Stream.of(framing(), json(), offsets(), shapes(), entries()).flatMap(rows -> rows);
    }

    private static Stream<Arguments> framing() {
        byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                row("1 empty file", new byte[0], "0 bytes"),
                row("2 shorter than the length", new byte[7], "7 bytes"),
                row(
                        "3 length 0",
                        declaring(0, header, 0),
                        "header length 0, allowed 2 to 100000000"),
                row(
                        "4 length 2^63",
                        declaring(Long.MIN_VALUE, header, 0),
                        "header length 9223372036854775808"),
                row(
                        "4 length 2^64 - 1",
                        declaring(-1, header, 0),
                        "header length 18446744073709551615"),
                row(
                        "5 length beyond the file",
                        declaring(3, header, 0),
                        "header length 3, the file has 2 bytes"),
                row(
                        "6 length over the cap",
                        declaring(100_000_001, header, 0),
                        "header length 100000001, allowed 2"),
                row("7 not an object", file("[]", 0), "begins with byte 91"),
                row("7 blanks before", file(" {}", 0), "begins with byte 32"),
                row("7 byte order mark", file("\uFEFF{}", 0), "begins with byte 239"),
                row(
                        "16 trailing bytes",
                        Arrays.copyOf(valid(), valid().length + 4),
                        "4 bytes after the last tensor"),
                row("16 data without tensors", file("{}", 22), "22 bytes after the last tensor"));
    }

    private static Stream<Arguments> json() {
        byte[] overlong = "{\"a\":1}".getBytes(StandardCharsets.ISO_8859_1);
        overlong[2] = (byte) 0xC0;
        byte[] surrogate = {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'};
        return Stream.of(
                row("8 bad UTF-8", file(overlong, 0), "not valid UTF-8"),
                row("8 surrogate in UTF-8", file(surrogate, 0), "not valid UTF-8"),
                row("8 cut UTF-8", file(Arrays.copyOf(surrogate, 4), 0), "not valid UTF-8"),
                row("9 truncated", file("{\"a\":" + ENTRY, 16), "not JSON"),
                row("9 truncated in a string", file("{\"a", 0), "not JSON"),
                row("9 goes on", file("{} {}", 0), "goes on after its closing brace"),
                row("9 NUL after", file("{}\0", 0), "not JSON"),
                row("9 comment", file("{/**/}", 0), "not JSON"),
                row(
                        "10 depth",
                        file("{\"a\":" + "[".repeat(10_000), 0),
                        "tensor a: an array, allowed is an object"),
                row(
                        "10 depth in a shape",
                        tensor("\"F32\"", "[[1]]", "[0,4]", 4),
                        "tensor a, shape"),
                row(
                        "11 duplicate tensor",
                        file("{\"a\":" + ENTRY + ",\"a\":" + ENTRY + "}", 16),
                        "duplicate key a"),
                row(
                        "11 duplicate by escape",
                        file("{\"a\":" + ENTRY + ",\"\\u0061\":" + ENTRY + "}", 16),
                        "duplicate key a"),
                row(
                        "11 duplicate dtype",
                        file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0),
                        "tensor a, dtype: duplicate"),
                row(
                        "11 duplicate shape",
                        file("{\"a\":{\"shape\":[1],\"shape\":[1]}}", 0),
                        "tensor a, shape: duplicate"),
                row(
                        "11 duplicate offsets",
                        file("{\"a\":{\"data_offsets\":[0,1],\"data_offsets\":[0,1]}}", 0),
                        "data_offsets: duplicate"),
                row(
                        "11 duplicate metadata",
                        file("{\"__metadata__\":{},\"__metadata__\":{}}", 0),
                        "duplicate key __metadata__"),
                row(
                        "11 duplicate metadata key",
                        file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0),
                        "duplicate key k in __metadata__"),
                row(
                        "21 metadata number",
                        file("{\"__metadata__\":{\"k\":1}}", 0),
                        "__metadata__ key k: a number, allowed is a string"),
                row(
                        "21 metadata null",
                        file("{\"__metadata__\":null}", 0),
                        "__metadata__: null, allowed is an object"),
                row(
                        "21 metadata object",
                        file("{\"__metadata__\":{\"k\":{}}}", 0),
                        "__metadata__ key k: an object"));
    }

    private static Stream<Arguments> offsets() {
        String two =
                "{\"a\":" + ENTRY + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}}";
        return Stream.of(
                row(
                        "12 begin after end",
                        tensor("\"F32\"", "[1]", "[4,0]", 4),
                        "tensor a: data_offsets [4, 0]"),
                row(
                        "13 end beyond the file",
                        tensor("\"F32\"", "[4]", "[0,16]", 15),
                        "tensor a: ends at data byte 16, the file has 15"),
                row(
                        "13 far beyond",
                        tensor("\"F32\"", "[2305843009213693951]", "[0,9223372036854775804]", 4),
                        "ends at data byte 9223372036854775804"),
                row(
                        "14 overlap",
                        file(two.formatted("[12,16]"), 16),
                        "tensor b: begins at data byte 12, overlapping"),
                row(
                        "14 same bytes",
                        tensor2("[0,16]", "[0,16]"),
                        "begins at data byte 0, overlapping"),
                row(
                        "15 hole",
                        file(two.formatted("[20,24]"), 24),
                        "tensor b: begins at data byte 20, leaving a hole"),
                row(
                        "15 hole at the start",
                        tensor("\"F32\"", "[1]", "[4,8]", 8),
                        "begins at data byte 4, leaving a hole"),
                row(
                        "18 negative offset",
                        tensor("\"F32\"", "[1]", "[-4,0]", 4),
                        "data_offsets: -4"),
                row(
                        "18 offset over 64 bits",
                        tensor("\"F32\"", "[1]", "[0,9223372036854775808]", 4),
                        "data_offsets: 9223372036854775808"),
                row(
                        "20 three offsets",
                        tensor("\"F32\"", "[1]", "[0,4,8]", 4),
                        "more than 2 numbers"),
                row("20 one offset", tensor("\"F32\"", "[1]", "[0]", 4), "two data_offsets"));
    }

    private static Stream<Arguments> shapes() {
        return Stream.of(
                row(
                        "17 product overflows",
                        tensor("\"F32\"", "[4294967296,4294967296]", "[0,4]", 4),
                        "overflows 64 bits"),
                row(
                        "17 bytes overflow",
                        tensor("\"F32\"", "[4611686018427387904]", "[0,4]", 4),
                        "overflows 64 bits"),
                row(
                        "17 product wraps to 0",
                        tensor("\"F32\"", "[4294967296,2147483648,2]", "[0,0]", 0),
                        "overflows 64 bits"),
                row("18 negative", tensor("\"F32\"", "[-1]", "[0,4]", 4), "tensor a, shape: -1"),
                row("18 fraction", tensor("\"F32\"", "[1.5]", "[0,4]", 4), "tensor a, shape: 1.5"),
                row("18 exponent", tensor("\"F32\"", "[1e0]", "[0,4]", 4), "tensor a, shape: 1e0"),
                row(
                        "18 text",
                        tensor("\"F32\"", "[\"1\"]", "[0,4]", 4),
                        "tensor a, shape: 1, allowed are whole"),
                row("18 null", tensor("\"F32\"", "[null]", "[0,4]", 4), "tensor a, shape: null"),
                row(
                        "18 not a list",
                        tensor("\"F32\"", "4", "[0,4]", 4),
                        "tensor a, shape: a number, allowed is an array"),
                row(
                        "18 nine dimensions",
                        tensor("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]", 4),
                        "more than 8 numbers"),
                row(
                        "20 too few bytes",
                        tensor("\"F32\"", "[2]", "[0,4]", 4),
                        "tensor a: 4 bytes, F32 of shape [2] takes 8"),
                row(
                        "20 too many bytes",
                        tensor("\"BF16\"", "[1]", "[0,4]", 4),
                        "tensor a: 4 bytes, BF16 of shape [1] takes 2"),
                row(
                        "25 no elements",
                        tensor("\"F32\"", "[2,0]", "[0,0]", 0),
                        "every dimension must be at least 1"));
    }

    private static Stream<Arguments> entries() {
        return Stream.of(
                row(
                        "19 F8",
                        tensor("\"F8_E4M3\"", "[4]", "[0,4]", 4),
                        "dtype F8_E4M3, allowed [BF16, F16, F32]"),
                row("19 I64", tensor("\"I64\"", "[1]", "[0,8]", 8), "dtype I64"),
                row("19 lower case", tensor("\"f32\"", "[1]", "[0,4]", 4), "dtype f32"),
                row(
                        "19 control characters",
                        tensor("\"\\u001b[31m\\r\\n\"", "[1]", "[0,4]", 4),
                        "dtype \\u001b[31m\\u000d\\u000a"),
                row(
                        "19 not text",
                        tensor("32", "[1]", "[0,4]", 4),
                        "tensor a, dtype: a number, allowed is a string"),
                row(
                        "20 dtype missing",
                        file("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
                        "tensor a: needs dtype"),
                row(
                        "20 unknown key",
                        file("{\"a\":{\"stride\":1}}", 4),
                        "tensor a, stride: allowed are dtype, shape, data_offsets"),
                row("20 empty name", file("{\"\":" + ENTRY + "}", 16), "a tensor's name is empty"),
                row("22 a million tensors", file(million(), 0), "more than 100000 tensors"));
    }

    private static byte[] tensor2(String first, String second) {
        String entry = "{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":%s}";
        return file(
                "{\"a\":%s,\"b\":%s}".formatted(entry.formatted(first), entry.formatted(second)),
                16);
    }

    private static String million() {
        return IntStream.range(0, 1_000_000)
                .mapToObj(i ->
                        "\"%x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[%d,%d]}"
                                .formatted(i, 4L * i, 4L * i + 4))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Arguments row(String what, byte[] content, String message) {
        return Arguments.of(what, content, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refuses(String what, byte[] content, String message) throws IOException {
        Path file = folder.resolve("bad.safetensors");
        Files.write(file, content);

        assertThatThrownBy(() -> SafetensorsFile.open(file).close())
                .as(what)
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageStartingWith("bad.safetensors: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining(folder.toString());
    }

    @Test
    void refusesWhatIsNotAFile() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none.safetensors")))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessage("none.safetensors: no such file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void acceptsAFileWithoutTensors() throws IOException {
        Path file = folder.resolve("none.safetensors");
        Files.write(file, file("{}      ", 0));
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertThat(opened.tensors()).isEmpty();
        }
    }
}
