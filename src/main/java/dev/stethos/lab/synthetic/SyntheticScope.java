package dev.stethos.lab.synthetic;

import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Random JumpReLU SAEs of the residual stream in Gemma Scope 2's folders, file names, tensor names
/// and type (F32). A latent's encoder column is its decoder row, of a length of about 1; its
/// threshold lets about `l0` latents of a row fire whose elements have the given size. Streamed,
/// and the same arguments give the same bytes.
///
/// @param inputs width of the residual stream
/// @param latents width of the SAE
/// @param l0 latents that should fire on a token
public record SyntheticScope(String model, int inputs, int latents, int l0, long seed) {
    private static final int BLOCK = 1 << 16;

    /// The least and the most of the published labels small and medium.
    private static final int SMALL = 20;

    private static final int MEDIUM = 60;

    public SyntheticScope {
        if (inputs < 1 || latents < 1 || l0 < 1 || l0 > latents / 2) {
            throw new IllegalArgumentException(
                    "SAE of %d inputs and %d latents of which %d fire; allowed are 1 or more, and at most half fire"
                            .formatted(inputs, latents, l0));
        }
    }

    /// Writes one layer's SAE below `scope` and returns its folder.
    ///
    /// @param size root mean square of an activation's elements at that layer
    public Path write(Path scope, int layer, double size) {
        if (!(size > 0) || !Double.isFinite(size)) {
            throw new IllegalArgumentException(
                    "layer %d: activations of size %s, allowed is more than 0"
                            .formatted(layer, size));
        }
        Path folder = scope.resolve("resid_post").resolve(folder(layer));
        float[] threshold = new float[latents];
        Arrays.fill(threshold, (float) (size * deviations()));
        long stream = seed * 1_000_003 + layer;
        double length = Math.sqrt(inputs);
        try {
            Files.createDirectories(folder);
            SafetensorsWriter.write(
                    folder.resolve("params.safetensors"),
                    Map.of(),
                    List.of(
                            floats("b_dec", inputs),
                            floats("b_enc", latents),
                            floats("threshold", threshold),
                            // [latents, inputs]
                            numbers(
                                    "w_dec",
                                    List.of((long) latents, (long) inputs),
                                    at -> noise(stream, at) / length),
                            // [inputs, latents]
                            numbers(
                                    "w_enc",
                                    List.of((long) inputs, (long) latents),
                                    at ->
                                            noise(stream, at % latents * inputs + at / latents)
                                                    / length)));
            AtomicFile.write(
                    folder.resolve("config.json"), config(layer).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(folder.getFileName()), e);
        }
        return folder;
    }

    private String folder(int layer) {
        String label = l0 <= SMALL ? "small" : l0 <= MEDIUM ? "medium" : "big";
        String width = latents % 1024 == 0 ? latents / 1024 + "k" : String.valueOf(latents);
        return "layer_%d_width_%s_l0_%s".formatted(layer, width, label);
    }

    private String config(int layer) {
        String hook = Hookpoint.residual(layer).module();
        return """
        {
          "hf_hook_point_in": "%s",
          "hf_hook_point_out": "%s",
          "width": %d,
          "model_name": "%s",
          "architecture": "jump_relu",
          "l0": %d,
          "affine_connection": false,
          "type": "sae"
        }
        """
                .formatted(hook, hook, latents, model, l0);
    }

    /// How many standard deviations a normal number exceeds as often as a latent should fire.
    private double deviations() {
        return NormalDistribution.of(0, 1).inverseSurvivalProbability((double) l0 / latents);
    }

    private static NamedTensor floats(String name, float... values) {
        return NamedTensor.ofFloats(name, DType.F32, List.of((long) values.length), values);
    }

    private static NamedTensor floats(String name, int zeros) {
        return floats(name, new float[zeros]);
    }

    private interface Numbers {
        double at(long index);
    }

    private static NamedTensor numbers(String name, List<Long> shape, Numbers numbers) {
        return new NamedTensor(name, DType.F32, shape, out -> write(out, shape, numbers));
    }

    private static void write(WritableByteChannel out, List<Long> shape, Numbers numbers)
            throws IOException {
        long count = shape.getFirst() * shape.getLast();
        ByteBuffer block =
                ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long begin = 0; begin < count; begin += BLOCK) {
            block.clear();
            for (long at = begin; at < Math.min(count, begin + BLOCK); at++) {
                block.putFloat((float) numbers.at(at));
            }
            block.flip();
            while (block.hasRemaining()) {
                int _ = out.write(block);
            }
        }
    }

    /// A number of mean 0 and variance 1, a function of its place alone: the sum of four even ones.
    private static double noise(long stream, long index) {
        long bits = mixed(stream * 0x9E37_79B9_7F4A_7C15L + mixed(index));
        long sum =
                (bits & 0xFFFF)
                        + ((bits >>> 16) & 0xFFFF)
                        + ((bits >>> 32) & 0xFFFF)
                        + (bits >>> 48);
        return (sum / 65_536.0 - 2) * Math.sqrt(3);
    }

    /// SplitMix64's finisher.
    private static long mixed(long value) {
        long once = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        long twice = (once ^ (once >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return twice ^ (twice >>> 31);
    }
}
