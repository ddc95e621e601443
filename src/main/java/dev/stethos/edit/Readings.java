package dev.stethos.edit;

import dev.stethos.weights.FileState;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.WeightName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /// The hash, then a line for each norm.
    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        String known = sha256;
        if (known != null) {
            lines.add(known);
            new TreeMap<>(norms)
                    .forEach((name, norm) -> lines.add(Double.toHexString(norm) + " " + name));
        }
        return lines;
    }

    private static Readings of(List<String> lines) {
        Readings readings = new Readings();
        for (String line : lines) {
            String[] norm = line.split(" ", 2);
            if (norm.length == 1) {
                readings.sha256 = line;
            } else {
                readings.norms.put(new WeightName(norm[1]), Double.valueOf(norm[0]));
            }
        }
        return readings;
    }

    /// The readings of files that were read whole, by the files' states, in memory and in a folder;
    /// the least recently used leave memory. Safe from any thread.
    static final class Known {
        private static final int KEPT = 256;

        private final Map<FileState, Readings> byState = new LinkedHashMap<>(16, 0.75f, true);
        private final Map<FileState, List<String>> written = new ConcurrentHashMap<>();
        private final KeptReadings kept;

        Known(KeptReadings kept) {
            this.kept = kept;
        }

        /// Those of that state, or new ones.
        synchronized Readings of(FileState state) {
            Readings known = byState.get(state);
            return known == null ? Readings.of(kept.read(subject(state))) : known;
        }

        /// Once more when there are more of them.
        synchronized void remember(FileState state, Readings readings) {
            byState.put(state, readings);
            List<String> lines = readings.lines();
            if (!lines.equals(written.put(state, lines))) {
                kept.write(subject(state), lines);
            }
            if (byState.size() > KEPT) {
                FileState oldest = byState.keySet().iterator().next();
                byState.remove(oldest);
                written.remove(oldest);
            }
        }

        private static String subject(FileState state) {
            return "deltas " + state;
        }
    }
}
