package dev.stethos.edit;

import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.WeightName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Hash and norm of a base's tensors, each read once per open checkpoint. Safe from any thread.
final class BaseReadings {
    private final Map<Key, Reading> readings = new ConcurrentHashMap<>();

    private record Key(Checkpoint base, WeightName name) {}

    /// @param norm of a gain that of 1 + gain, by which the decoder multiplies
    record Reading(String sha256, double norm) {
        /// What no element exceeds.
        double largest() {
            return norm + 1;
        }
    }

    Reading of(Checkpoint base, WeightName name) {
        return readings.computeIfAbsent(new Key(base, name), BaseReadings::read);
    }

    private static Reading read(Key key) {
        Checkpoint.Located tensor = key.base().locate(key.name().canonical());
        boolean gain = tensor.info().shape().size() == 1;
        return new Reading(
                Fingerprint.ofTensor(tensor),
                Math.sqrt(SquaredNorm.of(tensor.file(), tensor.info(), gain ? 1 : 0)));
    }
}
