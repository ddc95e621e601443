package dev.stethos.edit;

import static dev.stethos.weights.InvalidWeightsException.shown;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// `deltas.safetensors` of one profile: which delta belongs to which tensor. Every tensor in it
/// must belong to one, be F32 or BF16 and, matched with a base, fit its shape.
final class DeltaFile {
    private final EditProfile profile;
    private final SafetensorsFile file;

    DeltaFile(EditProfile profile, SafetensorsFile file) {
        this.profile = profile;
        this.file = file;
    }

    SortedMap<WeightName, LayerDelta> deltasFor(Checkpoint base) {
        SortedMap<WeightName, LayerDelta> deltas = new TreeMap<>();
        for (TensorInfo info : file.tensors()) {
            if (info.dtype() == DType.F16) {
                throw refused(info, "dtype F16, a delta is BF16 or F32");
            }
            WeightName name = target(info);
            if (!base.contains(name.canonical())) {
                throw refused(
                        info, "base has no such tensor, it has " + shown(base.names().toString()));
            }
            TensorInfo edited = base.locate(name.canonical()).info();
            LayerDelta delta = delta(info, name, edited.shape());
            LayerDelta before = deltas.put(name, delta);
            if (before != null && !before.equals(delta)) {
                throw refused(info, "a second delta for " + name);
            }
        }
        return deltas;
    }

    /// The deltas as the file has them, whatever the base.
    SortedMap<WeightName, LayerDelta> deltas() {
        SortedMap<WeightName, LayerDelta> deltas = new TreeMap<>();
        for (TensorInfo info : file.tensors()) {
            WeightName name = target(info);
            List<Long> shape = info.shape();
            if (!info.name().equals(name.canonical())) {
                shape =
                        List.of(
                                half(info, name + LayerDelta.SUFFIX_B).shape().getFirst(),
                                half(info, name + LayerDelta.SUFFIX_A).shape().getLast());
            }
            LayerDelta delta = delta(info, name, shape);
            LayerDelta before = deltas.put(name, delta);
            if (before != null && !before.equals(delta)) {
                throw refused(info, "a second delta for " + name);
            }
        }
        return deltas;
    }

    private WeightName target(TensorInfo info) {
        String name = info.name();
        for (String suffix : List.of(LayerDelta.SUFFIX_A, LayerDelta.SUFFIX_B)) {
            if (name.endsWith(suffix)) {
                name = name.substring(0, name.length() - suffix.length());
                break;
            }
        }
        try {
            return new WeightName(name);
        } catch (IllegalArgumentException e) {
            throw refused(
                    info, "not the canonical name of a tensor, nor that with .lora_A or .lora_B");
        }
    }

    private LayerDelta delta(TensorInfo info, WeightName name, List<Long> shape) {
        if (info.name().equals(name.canonical())) {
            if (!info.shape().equals(shape)) {
                throw refused(info, "shape %s, base has %s".formatted(info.shape(), shape));
            }
            return new LayerDelta.Dense(file, info);
        }
        TensorInfo a = half(info, name + LayerDelta.SUFFIX_A);
        TensorInfo b = half(info, name + LayerDelta.SUFFIX_B);
        if (shape.size() != 2) {
            throw refused(info, "low-rank, base has shape " + shape);
        }
        long rank = a.shape().getFirst();
        boolean fits =
                rank <= Math.min(shape.getFirst(), shape.getLast())
                        && a.shape().equals(List.of(rank, shape.getLast()))
                        && b.shape().equals(List.of(shape.getFirst(), rank));
        if (!fits) {
            throw refused(
                    info,
                    "B %s times A %s, base has %s and rank at most the smaller of them"
                            .formatted(b.shape(), a.shape(), shape));
        }
        return new LayerDelta.LowRank(file, a, b);
    }

    private TensorInfo half(TensorInfo info, String name) {
        if (!file.contains(name)) {
            throw refused(info, "without its other half " + name);
        }
        TensorInfo half = file.tensor(name);
        if (half.shape().size() != 2) {
            throw refused(half, "shape %s, a matrix is needed".formatted(half.shape()));
        }
        return half;
    }

    private InvalidProfileException refused(TensorInfo info, String problem) {
        return profile.refused(Code.INVALID_PROFILE, "tensor " + shown(info.name()), problem);
    }
}
