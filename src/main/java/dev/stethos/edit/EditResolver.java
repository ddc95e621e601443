package dev.stethos.edit;

import static dev.stethos.weights.InvalidWeightsException.shown;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks a declared profile against one base checkpoint, once and completely: names, shapes,
/// types, hashes, values. Whatever does not fit is an [InvalidProfileException]; what comes out can
/// be applied without another look. A delta is unsafe when its norm, times the scale, exceeds
/// `maxRelativeNorm` times the norm of the tensor that it edits. What was read once is not read
/// again while its file stays as it is; with a cache folder, not by later processes either. Safe
/// from any thread.
public final class EditResolver {
    public static final double DEFAULT_MAX_RELATIVE_NORM = 2;

    private final double maxRelativeNorm;
    private final Readings.Known known;
    private final InstantSource clock;
    private final BaseReadings bases;

    public EditResolver(double maxRelativeNorm) {
        this(maxRelativeNorm, null, InstantSource.system());
    }

    /// Keeps what it read in `cache`.
    public EditResolver(double maxRelativeNorm, Path cache) {
        this(maxRelativeNorm, cache, InstantSource.system());
    }

    EditResolver(double maxRelativeNorm, @Nullable Path cache, InstantSource clock) {
        if (!(maxRelativeNorm > 0)) {
            throw new IllegalArgumentException(
                    "maximum relative norm " + maxRelativeNorm + ", allowed is more than 0");
        }
        this.maxRelativeNorm = maxRelativeNorm;
        this.clock = clock;
        KeptReadings kept = new KeptReadings(cache);
        known = new Readings.Known(kept);
        bases = new BaseReadings(cache, kept);
    }

    /// Resolves at the manifest's own scale.
    public ResolvedEdits resolve(ProfileFolder folder, Checkpoint base) {
        return resolve(folder, base, folder.profile().scale());
    }

    public ResolvedEdits resolve(ProfileFolder folder, Checkpoint base, double scale) {
        EditProfile profile = folder.profile();
        if (!Double.isFinite(scale)) {
            throw profile.refused(Code.INVALID_PROFILE, "", "scale " + scale + " is not finite");
        }
        compare(
                profile,
                "config.json",
                Fingerprint.ofBytes(base.configBytes()),
                profile.base().config());
        if (profile.isEmpty()) {
            return new ResolvedEdits(profile, scale, Map.of(), Map.of(), null);
        }
        OpenDeltas open = OpenDeltas.of(folder, clock.instant());
        try {
            return resolve(profile, base, scale, open);
        } catch (InternalError e) {
            // The mapped file became shorter.
            open.close();
            throw OpenDeltas.changed(profile);
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
    }

    private ResolvedEdits resolve(
            EditProfile profile, Checkpoint base, double scale, OpenDeltas open) {
        Readings readings = known.of(open.state());
        SafetensorsFile file = open.file();
        readAtOnce(profile, base, () -> readings.sha256(file));
        bases.remember(base);
        open.requireSameState();
        if (open.isSettled()) {
            known.remember(open.state(), readings);
        }
        checkFile(profile, readings.sha256(file));
        SortedMap<WeightName, LayerDelta> deltas = new DeltaFile(profile, file).deltasFor(base);
        checkCoverage(profile, deltas.keySet());
        deltas.entrySet().parallelStream()
                .forEach(delta -> readings.norm(delta.getKey(), delta.getValue()));
        Map<WeightName, Double> bounds = new HashMap<>();
        deltas.forEach((name, delta) -> {
            checkBase(profile, base, name);
            double norm = readings.norm(name, delta);
            checkValues(profile, base, name, norm, scale);
            bounds.put(name, bases.of(base, name).largest() + Math.abs(scale) * norm);
        });
        if (open.isSettled()) {
            known.remember(open.state(), readings);
        }
        open.requireSameState();
        return new ResolvedEdits(profile, scale, deltas, bounds, open);
    }

    /// Reads the deltas and the base's tensors on several threads; what was read before costs
    /// nothing.
    private void readAtOnce(EditProfile profile, Checkpoint base, Runnable deltas) {
        Stream<Runnable> tensors =
                profile.base().tensors().keySet().stream()
                        .filter(base::contains)
                        .map(name -> () -> bases.of(base, new WeightName(name)));
        Stream.concat(Stream.of(deltas), tensors).toList().parallelStream().forEach(Runnable::run);
    }

    static void checkFile(EditProfile profile, String actual) {
        String declared = String.valueOf(profile.files().get(EditProfile.DELTAS));
        if (!actual.equals(declared)) {
            throw profile.refused(
                    Code.INVALID_PROFILE,
                    EditProfile.DELTAS,
                    "sha256 %s, the manifest says %s".formatted(actual, declared));
        }
    }

    private static void checkCoverage(EditProfile profile, Set<WeightName> names) {
        WeightSelection edited = WeightSelection.covering(names);
        if (!edited.equals(profile.selection())) {
            throw profile.refused(
                    Code.INVALID_PROFILE,
                    EditProfile.DELTAS,
                    "deltas for layers %s and modules %s, the manifest says %s and %s"
                            .formatted(
                                    edited.layers(),
                                    edited.modules(),
                                    profile.layers(),
                                    profile.modules()));
        }
        Set<String> canonical = new TreeSet<>();
        names.forEach(name -> canonical.add(name.canonical()));
        for (String name : profile.base().tensors().keySet()) {
            if (!canonical.contains(name)) {
                throw profile.refused(
                        Code.INVALID_PROFILE,
                        "tensor " + shown(name),
                        "the manifest has its base hash, " + EditProfile.DELTAS + " no delta");
            }
        }
    }

    private void checkBase(EditProfile profile, Checkpoint base, WeightName name) {
        String declared = profile.base().tensors().get(name.canonical());
        if (declared == null) {
            throw profile.refused(
                    Code.INVALID_PROFILE,
                    "tensor " + name,
                    "the manifest's base has no hash for it");
        }
        compare(profile, "tensor " + name, bases.of(base, name).sha256(), declared);
    }

    private void checkValues(
            EditProfile profile, Checkpoint base, WeightName name, double norm, double scale) {
        String where = "tensor " + name;
        if (!Double.isFinite(norm)) {
            throw profile.refused(
                    Code.INVALID_PROFILE, where, "the delta has NaN or infinite elements");
        }
        if (norm == 0) {
            throw profile.refused(
                    Code.INVALID_PROFILE,
                    where,
                    "every element of the delta is 0, such tensors must be left out");
        }
        double baseNorm = bases.of(base, name).norm();
        if (!(Math.abs(scale) * norm <= maxRelativeNorm * baseNorm)) {
            throw profile.refused(
                    Code.UNSAFE_DELTA,
                    where,
                    String.format(
                            Locale.ROOT,
                            "norm %.4g at scale %s, allowed is %s times the base's %.4g",
                            norm,
                            scale,
                            maxRelativeNorm,
                            baseNorm));
        }
    }

    private static void compare(EditProfile profile, String where, String actual, String declared) {
        if (!actual.equals(declared)) {
            throw profile.refused(
                    Code.BASE_MISMATCH,
                    where,
                    "the profile is for %s with sha256 %s, this base has %s"
                            .formatted(shown(profile.base().model()), declared, actual));
        }
    }
}
