package dev.stethos.edit;

import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Hash and norm of a base's tensors, each read once per open checkpoint; with a cache folder, once
/// per content of the checkpoint. Safe from any thread.
final class BaseReadings {
    private final @Nullable Path cache;
    private final KeptReadings kept;
    private final Map<Checkpoint, Tensors> byBase = new ConcurrentHashMap<>();

    BaseReadings(@Nullable Path cache, KeptReadings kept) {
        this.cache = cache;
        this.kept = kept;
    }

    /// @param norm of a gain that of 1 + gain, by which the decoder multiplies
    record Reading(String sha256, double norm) {
        /// What no element exceeds.
        double largest() {
            return norm + 1;
        }
    }

    /// One checkpoint's; `written` is what the folder has of them.
    private static final class Tensors {
        final Map<WeightName, Reading> readings = new ConcurrentHashMap<>();
        final String subject;
        int written;

        Tensors(String subject, List<String> lines) {
            this.subject = subject;
            for (String line : lines) {
                String[] parts = line.split(" ", 3);
                readings.put(
                        new WeightName(parts[2]),
                        new Reading(parts[0], Double.parseDouble(parts[1])));
            }
            written = readings.size();
        }
    }

    Reading of(Checkpoint base, WeightName name) {
        return tensors(base)
                .readings
                .computeIfAbsent(name, _ -> read(base.locate(name.canonical())));
    }

    /// Keeps what was read.
    void remember(Checkpoint base) {
        Tensors tensors = tensors(base);
        synchronized (tensors) {
            Map<WeightName, Reading> all = new TreeMap<>(tensors.readings);
            if (cache != null && all.size() > tensors.written) {
                kept.write(
                        tensors.subject,
                        all.entrySet().stream()
                                .map(each -> line(each.getKey(), each.getValue()))
                                .toList());
                tensors.written = all.size();
            }
        }
    }

    private static String line(WeightName name, Reading reading) {
        return "%s %s %s".formatted(reading.sha256(), Double.toHexString(reading.norm()), name);
    }

    private Tensors tensors(Checkpoint base) {
        return byBase.computeIfAbsent(
                base,
                _ -> {
                    if (cache == null) {
                        return new Tensors("", List.of());
                    }
                    String subject = "base " + Fingerprint.ofCheckpoint(base, cache);
                    return new Tensors(subject, kept.read(subject));
                });
    }

    private static Reading read(Checkpoint.Located tensor) {
        boolean gain = tensor.info().shape().size() == 1;
        return new Reading(
                Fingerprint.ofTensor(tensor),
                Math.sqrt(SquaredNorm.of(tensor.file(), tensor.info(), gain ? 1 : 0)));
    }
}
