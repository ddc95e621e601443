package dev.stethos.lab.projection;

import dev.stethos.weights.DType;
import dev.stethos.weights.InvalidWeightsException;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.SafetensorsWriter;
import dev.stethos.weights.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Chosen directions on disk: a safetensors file with one tensor `layers.N.directions` of shape
/// `[k, width]` for every layer.
public final class DirectionsFile {
    private static final Pattern NAME =
            Pattern.compile("layers\\.(0|[1-9][0-9]{0,3})\\.directions");

    private DirectionsFile() {}

    /// Reads them, by layer; what is wrong is an [InvalidWeightsException].
    public static List<DecoderDirections> read(Path path) {
        List<DecoderDirections> all = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (TensorInfo info : file.tensors()) {
                Matcher name = NAME.matcher(info.name());
                if (!name.matches() || info.shape().size() != 2) {
                    throw new InvalidWeightsException(
                            file.name(),
                            "tensor %s %s: allowed is layers.N.directions of shape [k, width]"
                                    .formatted(
                                            InvalidWeightsException.shown(info.name()),
                                            info.shape()));
                }
                all.add(directions(file, info, Integer.parseInt(name.group(1))));
            }
        }
        all.sort(Comparator.comparingInt(DecoderDirections::layer));
        return all;
    }

    private static DecoderDirections directions(SafetensorsFile file, TensorInfo info, int layer) {
        int count = Math.toIntExact(info.shape().getFirst());
        int width = Math.toIntExact(info.shape().getLast());
        float[] values = file.floats(info);
        float[][] rows = new float[count][];
        for (int row = 0; row < count; row++) {
            rows[row] = Arrays.copyOfRange(values, row * width, (row + 1) * width);
        }
        try {
            return new DecoderDirections(layer, rows);
        } catch (IllegalArgumentException e) {
            throw new InvalidWeightsException(file.name(), String.valueOf(e.getMessage()));
        }
    }

    /// Writes them; the same directions give the same bytes.
    public static void write(Path path, List<DecoderDirections> directions) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (DecoderDirections one : directions) {
            tensors.add(
                    NamedTensor.ofFloats(
                            "layers." + one.layer() + ".directions",
                            DType.F32,
                            List.of((long) one.rows().length, (long) one.width()),
                            Subspace.flat(one.rows())));
        }
        SafetensorsWriter.write(path, Map.of("kind", "directions"), tensors);
    }
}
