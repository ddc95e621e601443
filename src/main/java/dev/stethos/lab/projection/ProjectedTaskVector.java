package dev.stethos.lab.projection;

import dev.stethos.edit.making.DeltaSource;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.WeightName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A task vector projected onto chosen directions of the residual stream: `P dW` where a matrix
/// writes to the stream, `dW P` where it reads it, with `P` the orthogonal projector of its layer's
/// directions. Layers without directions, gains and what stands outside of the layers are left out.
/// One tensor is in memory at a time; the retention is known once all were written.
public final class ProjectedTaskVector implements DeltaSource {
    private final TaskMatrices raw;
    private final SortedMap<Integer, DecoderDirections> directions = new TreeMap<>();
    private final Variant variant;
    private final Checkpoint base;
    private final long seed;
    private final SortedMap<String, String> inputs;
    private final SortedMap<WeightName, EnergyRetention> retention = new TreeMap<>();
    private final Map<String, Pair> subspaces = new TreeMap<>();

    /// A projection's subspace and its random twin.
    private record Pair(Subspace chosen, Subspace random) {}

    /// `base` gives the gains of the norm-corrected variant and must stay open; `seed` decides the
    /// random twins; `inputs` are the hashes of what the directions came from, for provenance.
    public ProjectedTaskVector(
            TaskMatrices raw,
            List<DecoderDirections> directions,
            Variant variant,
            Checkpoint base,
            long seed,
            Map<String, String> inputs) {
        this.raw = raw;
        this.variant = variant;
        this.base = base;
        this.seed = seed;
        this.inputs = new TreeMap<>(inputs);
        for (DecoderDirections one : directions) {
            if (this.directions.put(one.layer(), one) != null) {
                throw new IllegalArgumentException(
                        "directions: layer %d was given twice".formatted(one.layer()));
            }
        }
        names().forEach(this::checkWidth);
    }

    private void checkWidth(WeightName name) {
        int given = directions(name).width();
        long allowed = raw.shape(name).get(side(name).writes() ? 0 : 1);
        if (given != allowed) {
            throw new IllegalArgumentException(
                    "tensor %s: directions of width %d were given, the residual stream has %d"
                            .formatted(name, given, allowed));
        }
    }

    @Override
    public List<WeightName> names() {
        return raw.names().stream()
                .filter(name -> Side.of(name).isPresent())
                .filter(name -> directions.containsKey(name.layer().orElse(-1)))
                .toList();
    }

    @Override
    public String baseConfig() {
        return raw.baseConfig();
    }

    @Override
    public String baseHash(WeightName name) {
        return raw.baseHash(name);
    }

    @Override
    public List<NamedTensor> tensors() {
        retention.clear();
        return names().stream()
                .map(name ->
                        new NamedTensor(
                                name.canonical(),
                                DType.F32,
                                raw.shape(name),
                                out ->
                                        NamedTensor.ofFloats(
                                                        name.canonical(),
                                                        DType.F32,
                                                        raw.shape(name),
                                                        project(name))
                                                .source()
                                                .writeTo(out)))
                .toList();
    }

    /// The projected delta of one tensor; what it kept is recorded.
    float[] project(WeightName name) {
        List<Long> shape = raw.shape(name);
        Side side = side(name);
        Pair pair = subspaces(name, side);
        Projector.Result result =
                Projector.project(
                        raw.delta(name),
                        shape.getFirst(),
                        shape.getLast(),
                        side.writes(),
                        pair.chosen(),
                        pair.random());
        retention.put(
                name,
                EnergyRetention.of(pair.chosen().rank(), pair.chosen().width(), result.energies()));
        return result.projected();
    }

    /// Shared by the tensors of one layer that have the same gain before or behind them.
    private Pair subspaces(WeightName name, Side side) {
        int layer = name.layer().orElseThrow();
        String gain = variant == Variant.NORM_CORRECTED ? side.norm() : "";
        return subspaces.computeIfAbsent(
                layer + " " + gain,
                _ -> {
                    float[][] rows = directions(name).rows();
                    float[] factors = gain.isEmpty() ? null : factors(layer, side);
                    Subspace chosen = Subspace.spanned(scaled(rows, factors));
                    float[][] drawn =
                            Subspace.random(chosen.rank(), chosen.width(), seed * 10_007 + layer);
                    return new Pair(chosen, Subspace.spanned(scaled(drawn, factors)));
                });
    }

    private float[] factors(int layer, Side side) {
        Checkpoint.Located gain = base.locate(WeightName.ofLayer(layer, side.norm()).canonical());
        float[] factors = gain.file().floats(gain.info());
        for (int i = 0; i < factors.length; i++) {
            factors[i] = side.writes() ? 1 / (1 + factors[i]) : 1 + factors[i];
            if (!Float.isFinite(factors[i])) {
                throw new IllegalArgumentException(
                        "layer %d, %s: element %d has the gain 0, the norm-corrected variant divides by it"
                                .formatted(layer, side.norm(), i));
            }
        }
        return factors;
    }

    private static float[][] scaled(float[][] rows, float @Nullable [] factors) {
        if (factors == null) {
            return rows;
        }
        float[][] scaled = new float[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            scaled[row] = rows[row].clone();
            for (int i = 0; i < factors.length; i++) {
                scaled[row][i] *= factors[i];
            }
        }
        return scaled;
    }

    private DecoderDirections directions(WeightName name) {
        DecoderDirections found = directions.get(name.layer().orElse(-1));
        if (found == null) {
            throw new IllegalArgumentException("no directions for tensor " + name);
        }
        return found;
    }

    private static Side side(WeightName name) {
        return Side.of(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "tensor " + name + " neither reads nor writes the stream"));
    }

    /// What each tensor kept, of those written so far.
    public SortedMap<WeightName, EnergyRetention> retention() {
        return new TreeMap<>(retention);
    }

    @Override
    public Findings findings() {
        SortedMap<Integer, Double> energy = new TreeMap<>();
        SortedMap<Integer, Integer> ranks = new TreeMap<>();
        SortedMap<String, Double> shares = new TreeMap<>();
        retention.forEach((name, kept) -> {
            int layer = name.layer().orElseThrow();
            energy.merge(layer, kept.kept(), Double::sum);
            ranks.merge(layer, kept.rank(), Math::max);
            shares.put(name.canonical(), kept.share());
        });
        EnergyRetention total = EnergyRetention.sum(new ArrayList<>(retention.values()));
        return new Findings(
                energy,
                null,
                null,
                null,
                null,
                new EditProfile.Projection(
                        variant.label(),
                        total.width(),
                        ranks,
                        total.share(),
                        total.chance(),
                        total.randomShare(),
                        total.bestShare(),
                        seed,
                        shares,
                        inputs));
    }
}
