package dev.stethos.gemma;

import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Checkpoint.Located;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A checkpoint's text weights as tensors. On the CPU those that are stored in the model's type are
/// views of the mapped files; all others are exact copies, made one after the other.
final class CheckpointWeights {
    private static final List<String> HEAD_NAMES =
            List.of("lm_head.weight", "language_model.lm_head.weight");

    private final Map<String, Located> located = new LinkedHashMap<>();
    private final ScalarType type;

    /// Checks names and shapes against the layout; what differs is an [InvalidModelException].
    CheckpointWeights(Checkpoint checkpoint, WeightLayout layout) {
        Set<String> missing = new TreeSet<>();
        layout.shapes()
                .forEach((name, shape) -> {
                    Located tensor = locate(checkpoint, name);
                    if (tensor == null) {
                        missing.add(name);
                    } else {
                        requireShape(tensor, name, shape);
                        located.put(name, tensor);
                    }
                });
        Set<String> extra = new TreeSet<>(checkpoint.names());
        extra.removeAll(layout.names());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new InvalidModelException(
                    "weights do not match config.json: missing %s, not expected %s"
                            .formatted(shown(missing), shown(extra)));
        }
        boolean narrow = located.values().stream().allMatch(t -> t.info().dtype() == DType.BF16);
        type = narrow ? ScalarType.BF16 : ScalarType.F32;
    }

    /// BF16 when every weight is stored so, otherwise F32.
    ScalarType type() {
        return type;
    }

    /// What the weights take in the model's type.
    long bytes() {
        return located.values().stream().mapToLong(t -> t.info().elements()).sum() * type.bytes();
    }

    /// New tensors by canonical name, which the caller owns.
    Map<String, Tensor> load() {
        TorchRuntime torch = TorchRuntime.get();
        Map<SafetensorsFile, Tensor> mapped = new LinkedHashMap<>();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try {
            located.forEach((name, tensor) ->
                    tensors.put(
                            name,
                            isMappable(tensor)
                                    ? torch.onDevice(
                                            view(
                                                    tensor,
                                                    mapped.computeIfAbsent(
                                                            tensor.file(),
                                                            file -> map(torch, file))))
                                    : copy(torch, tensor)));
            return tensors;
        } catch (RuntimeException e) {
            tensors.values().forEach(Tensor::close);
            throw e;
        } finally {
            mapped.values().forEach(Tensor::close);
        }
    }

    private boolean isMappable(Located tensor) {
        return tensor.info().dtype().name().equals(type.name())
                && tensor.info().begin() % type.bytes() == 0;
    }

    private Tensor map(TorchRuntime torch, SafetensorsFile file) {
        long end = file.tensors().getLast().end();
        return torch.map(file.path(), type, end / type.bytes());
    }

    private Tensor view(Located tensor, Tensor file) {
        return file.slice(tensor.info().begin() / type.bytes(), shape(tensor));
    }

    private Tensor copy(TorchRuntime torch, Located tensor) {
        Tensor wide = torch.floats(tensor.floats(), shape(tensor));
        if (type == ScalarType.F32) {
            return wide;
        }
        try (wide) {
            return wide.cast(type);
        }
    }

    private static long[] shape(Located tensor) {
        return tensor.info().shape().stream().mapToLong(Long::longValue).toArray();
    }

    private static @Nullable Located locate(Checkpoint checkpoint, String name) {
        if (!name.equals(WeightLayout.HEAD)) {
            return checkpoint.contains(name) ? checkpoint.locate(name) : null;
        }
        for (SafetensorsFile file : checkpoint.files()) {
            for (String stored : HEAD_NAMES) {
                if (file.contains(stored)) {
                    return new Located(file, file.tensor(stored));
                }
            }
        }
        return null;
    }

    private static void requireShape(Located tensor, String name, List<Long> shape) {
        if (!tensor.info().shape().equals(shape)) {
            throw new InvalidModelException(
                    "%s, tensor %s: shape %s, config.json gives %s"
                            .formatted(tensor.file().name(), name, tensor.info().shape(), shape));
        }
    }

    private static String shown(Set<String> names) {
        int most = 5;
        return names.size() <= most
                ? names.toString()
                : names.stream().limit(most).toList() + " and " + (names.size() - most) + " more";
    }
}
