package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Off unless asked for; what it then needs is required.
class FleetConfigTest {
    private static FleetConfig config(Map<String, String> given) {
        return new SmallRyeConfigBuilder()
                .withMapping(FleetConfig.class)
                .withSources(new PropertiesConfigSource(given, "test", 100))
                .build()
                .getConfigMapping(FleetConfig.class);
    }

    @Test
    void isOffAndNamesWhatTheManifestsName() {
        assertThat(config(Map.of()).enabled()).isFalse();
        FleetOptions options =
                config(Map.of("stethos.fleet.namespace", "here", "stethos.fleet.pod", "pod-a"))
                        .options();
        assertThat(options)
                .isEqualTo(
                        new FleetOptions(
                                "here",
                                "pod-a",
                                "stethos-profile",
                                "stethos-profile",
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(5)));
    }

    @Test
    void refusesToFollowWithoutKnowingWhoItIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Map.of("stethos.fleet.pod", "pod-a")).options())
                .withMessageContaining("stethos.fleet.namespace");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        config(
                                        Map.of(
                                                "stethos.fleet.namespace", "here",
                                                "stethos.fleet.pod", "pod-a",
                                                "stethos.fleet.turn", "PT0S"))
                                .options())
                .withMessageContaining("stethos.fleet.turn");
    }
}
