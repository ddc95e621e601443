package dev.stethos.fleet;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// Whether and how this process follows the fleet's desired profile.
@ConfigMapping(prefix = "stethos.fleet")
public interface FleetConfig {
    @WithDefault("false")
    boolean enabled();

    /// The namespace of the ConfigMap, the Lease and the pod.
    Optional<String> namespace();

    /// This pod's name.
    Optional<String> pod();

    /// The ConfigMap that holds the desired profile.
    @WithDefault("stethos-profile")
    String configMap();

    /// The Lease that says whose turn it is.
    @WithDefault("stethos-profile")
    String lease();

    /// How long one pod may take to swap before the next one takes its turn, and how long others
    /// wait for a pod that died in its turn.
    @WithDefault("PT5M")
    Duration turn();

    /// How soon to try again: a turn that another pod has, a profile that could not be applied, an
    /// API server that did not answer. After each failure in a row it doubles, up to 32 times.
    @WithDefault("PT5S")
    Duration retry();

    /// These settings; [IllegalArgumentException] names the one that is missing.
    default FleetOptions options() {
        return new FleetOptions(
                namespace().orElseThrow(() -> missing("namespace", "the pod's namespace")),
                pod().orElseThrow(() -> missing("pod", "the pod's name")),
                configMap(),
                lease(),
                turn(),
                retry());
    }

    private static IllegalArgumentException missing(String key, String what) {
        return new IllegalArgumentException(
                "stethos.fleet.%s: nothing was given, with stethos.fleet.enabled it must be %s"
                        .formatted(key, what));
    }
}
