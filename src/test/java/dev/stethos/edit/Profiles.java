package dev.stethos.edit;

import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileManifest;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Profile folders for tests: from a task vector, from hand-made tensors, or without any.
public final class Profiles {
    public static final EditProfile.ModelReference TUNED =
            new EditProfile.ModelReference("small-tuned", "1".repeat(64));

    private Profiles() {}

    public static ProfileFolder write(Path store, String name, TaskVector vector) {
        return new ProfileWriter(store).write(draft(name), vector);
    }

    public static ProfileWriter.Draft draft(String name) {
        return new ProfileWriter.Draft(
                name,
                "A test's profile: \"quoted\", with a colon\nand two lines",
                new EditProfile.ModelReference("small", "0".repeat(64)),
                TUNED,
                1,
                new EditProfile.LayerChoice(
                        "drop in cross-entropy",
                        new TreeMap<>(Map.of(1, 0.25, 3, -1e-7)),
                        new TreeMap<>(Map.of("control.txt", "2".repeat(64))),
                        null),
                "stethos test",
                "profile build --layers 1,3");
    }

    /// A profile of these tensors, whose manifest fits them and `base`.
    @SafeVarargs
    public static ProfileFolder of(
            Path store, String name, Checkpoint base, List<NamedTensor>... groups) {
        List<NamedTensor> tensors = Arrays.stream(groups).flatMap(List::stream).toList();
        List<WeightName> edited =
                tensors.stream()
                        .map(tensor -> tensor.name().replaceAll("\\.lora_[AB]$", ""))
                        .distinct()
                        .map(WeightName::new)
                        .toList();
        SortedMap<String, String> hashes = new TreeMap<>();
        for (WeightName weight : edited) {
            hashes.put(
                    weight.canonical(),
                    base.contains(weight.canonical())
                            ? Fingerprint.ofTensor(base.locate(weight.canonical()))
                            : "3".repeat(64));
        }
        try {
            Files.createDirectories(store.resolve(name));
            Path deltas = store.resolve(name).resolve("deltas.safetensors");
            SafetensorsWriter.write(deltas, Map.of(), tensors);
            return save(
                    store,
                    manifest(
                            name,
                            base,
                            WeightSelection.covering(edited),
                            hashes,
                            Map.of("deltas.safetensors", Fingerprint.ofFile(deltas))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ProfileFolder empty(Path store, String name, Checkpoint base) {
        return save(
                store,
                manifest(
                        name,
                        base,
                        WeightSelection.of(List.of(), List.of()),
                        new TreeMap<>(),
                        Map.of()));
    }

    private static EditProfile manifest(
            String name,
            Checkpoint base,
            WeightSelection selection,
            SortedMap<String, String> hashes,
            Map<String, String> files) {
        return new EditProfile(
                1,
                name,
                "",
                new EditProfile.Base(
                        "small", "0".repeat(64), Fingerprint.ofBytes(base.configBytes()), hashes),
                1,
                List.copyOf(selection.layers()),
                List.copyOf(selection.modules()),
                new TreeMap<>(files),
                null);
    }

    public static ProfileFolder save(Path store, EditProfile profile) {
        try {
            Path folder = Files.createDirectories(store.resolve(profile.name()));
            Files.write(folder.resolve("profile.yaml"), ProfileManifest.write(profile));
            return new ProfileStore(store).load(profile.name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<NamedTensor> dense(String name, List<Long> shape, float... values) {
        return List.of(NamedTensor.ofFloats(name, DType.F32, shape, values));
    }

    public static List<NamedTensor> lowRank(String name, float[] a, float[] b, int rank) {
        return List.of(
                NamedTensor.ofFloats(
                        name + ".lora_A",
                        DType.F32,
                        List.of((long) rank, (long) a.length / rank),
                        a),
                NamedTensor.ofFloats(
                        name + ".lora_B",
                        DType.F32,
                        List.of((long) b.length / rank, (long) rank),
                        b));
    }

    /// `b a`, summed in double precision.
    public static float[] multiply(float[] b, float[] a, int out, int rank, int in) {
        float[] product = new float[out * in];
        for (int i = 0; i < out; i++) {
            for (int j = 0; j < in; j++) {
                double sum = 0;
                for (int k = 0; k < rank; k++) {
                    sum += (double) b[i * rank + k] * a[k * in + j];
                }
                product[i * in + j] = (float) sum;
            }
        }
        return product;
    }
}
