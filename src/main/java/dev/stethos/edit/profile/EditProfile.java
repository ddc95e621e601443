package dev.stethos.edit.profile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An edit profile as its manifest declares it; nothing in it has been compared with a model yet.
/// `files` are the hashes of the files beside the manifest, `scale` is what the deltas are
/// multiplied by. A profile without files edits nothing and is the identity.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EditProfile(
        int schema,
        String name,
        String description,
        Base base,
        double scale,
        List<Integer> layers,
        List<String> modules,
        SortedMap<String, String> files,
        @Nullable Provenance provenance) {
    /// The manifest version that this code reads and writes.
    public static final int SCHEMA = 1;

    public static final String DELTAS = "deltas.safetensors";

    public EditProfile {
        ProfileName _ = new ProfileName(name);
        layers = layers.stream().sorted().distinct().toList();
        modules = modules.stream().sorted().distinct().toList();
        files = sorted(files);
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("scale " + scale + ", allowed is a finite number");
        }
        boolean edits = files.containsKey(DELTAS);
        if (edits == modules.isEmpty() || edits == base.tensors.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d modules, %d base tensors and %s %s: a profile has all of them, or none and is the identity"
                            .formatted(
                                    modules.size(),
                                    base.tensors.size(),
                                    edits ? "a" : "no",
                                    DELTAS));
        }
    }

    /// The model that the profile edits: `config` is its `config.json`'s hash, `tensors` the hash
    /// of every tensor that is edited; `fingerprint` covers the whole checkpoint.
    public record Base(
            String model, String fingerprint, String config, SortedMap<String, String> tensors) {
        public Base {
            tensors = sorted(tensors);
        }
    }

    /// Where the deltas come from.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Provenance(
            @Nullable ModelReference tuned,
            @Nullable LayerChoice choice,
            SortedMap<Integer, Double> energy,
            @Nullable RoundTrip roundTrip,
            @Nullable Truncation truncation,
            @Nullable ModelReference adapter,
            @Nullable Merge merge,
            @Nullable Projection projection,
            String tool,
            String command) {
        public Provenance {
            energy = sorted(energy);
        }
    }

    /// A model and its checkpoint's fingerprint.
    public record ModelReference(String model, String fingerprint) {}

    /// How the layers were chosen: the formula in words, every layer's score, and the hash of each
    /// input (corpus, sparse autoencoder) by its name; besides, by name, the other scores of the
    /// diagnosis that they were chosen from.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LayerChoice(
            String formula,
            SortedMap<Integer, Double> scores,
            SortedMap<String, String> inputs,
            @Nullable SortedMap<String, SortedMap<Integer, Double>> diagnosis) {
        public LayerChoice {
            scores = sorted(scores);
            inputs = sorted(inputs);
            if (diagnosis != null) {
                TreeMap<String, SortedMap<Integer, Double>> others = new TreeMap<>();
                diagnosis.forEach((name, values) -> others.put(name, sorted(values)));
                diagnosis = Collections.unmodifiableSortedMap(others);
            }
        }
    }

    /// Of how many delta elements, how many do not give back the tuned weight at scale 1.
    public record RoundTrip(long elements, long differing) {}

    /// Deltas cut to `rank`, and the share of its squared norm that each edited tensor kept.
    public record Truncation(int rank, SortedMap<String, Double> retention) {
        public Truncation {
            retention = sorted(retention);
        }
    }

    /// How profiles were merged into this one. `density` is the share of elements that was kept,
    /// `seed` decided which; each is there where the method has it.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Merge(
            String method, @Nullable Double density, @Nullable Long seed, List<Part> parts) {
        public Merge {
            parts = List.copyOf(parts);
        }
    }

    /// One of the profiles that were merged: its name, its deltas' hash, its scale and its weight.
    public record Part(String profile, String deltas, double scale, double weight) {}

    /// Deltas projected onto directions of the residual stream, of `dimension` elements: how the
    /// directions were used, their rank by layer, the share of the squared norm that was kept, and
    /// beside it the share that chance (rank over dimension), a random subspace drawn by `seed` and
    /// the best subspace of that rank keep; the share by tensor; and the hash of each input.
    public record Projection(
            String directions,
            int dimension,
            SortedMap<Integer, Integer> ranks,
            double retained,
            double chance,
            double random,
            double best,
            long seed,
            SortedMap<String, Double> retention,
            SortedMap<String, String> inputs) {
        public Projection {
            ranks = sorted(ranks);
            retention = sorted(retention);
            inputs = sorted(inputs);
        }
    }

    /// True when it edits nothing, whatever the scale.
    @JsonIgnore
    public boolean isEmpty() {
        return files.isEmpty();
    }

    public WeightSelection selection() {
        return WeightSelection.of(layers, modules);
    }

    private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(SortedMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /// A refusal of this profile.
    ///
    /// @param where in it; empty for the profile as a whole
    public InvalidProfileException refused(
            InvalidProfileException.Code code, String where, String problem) {
        return new InvalidProfileException(
                code,
                "profile %s%s: %s".formatted(name, where.isEmpty() ? "" : ", " + where, problem));
    }
}
