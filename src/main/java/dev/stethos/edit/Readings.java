package dev.stethos.edit;

import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.WeightName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What reading one deltas file from end to end gives: its hash and the norm of each delta. Every
/// value is read once. Safe from any thread.
final class Readings {
    private final Map<WeightName, Double> norms = new ConcurrentHashMap<>();
    private volatile @Nullable String sha256;

    String sha256(SafetensorsFile file) {
        String known = sha256;
        if (known == null) {
            known = Fingerprint.ofFile(file);
            sha256 = known;
        }
        return known;
    }

    double norm(WeightName name, LayerDelta delta) {
        return norms.computeIfAbsent(name, _ -> delta.norm());
    }

    /// The readings of files that were read whole, by the files' states; the least recently used
    /// leave. Safe from any thread.
    static final class Known {
        private static final int KEPT = 256;

        private final Map<FileState, Readings> byState = new LinkedHashMap<>(16, 0.75f, true);

        /// Those of that state, or new ones.
        synchronized Readings of(FileState state) {
            Readings known = byState.get(state);
            return known == null ? new Readings() : known;
        }

        synchronized void remember(FileState state, Readings readings) {
            byState.put(state, readings);
            if (byState.size() > KEPT) {
                byState.remove(byState.keySet().iterator().next());
            }
        }
    }
}
