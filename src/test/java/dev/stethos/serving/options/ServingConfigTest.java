package dev.stethos.serving.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.inference.CacheMemory;
import dev.stethos.inference.admission.Backlog;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServingConfigTest {
    private static ServingConfig config(Map<String, String> properties) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(ServingConfig.class)
                        .withSources(new PropertiesConfigSource(properties, "test", 100))
                        .build();
        return config.getConfigMapping(ServingConfig.class);
    }

    @Test
    void servesTheEditedEmbeddedModelByDefault() {
        ServingOptions options = config(Map.of()).options();

        assertThat(options.model()).isEqualTo("embedded");
        assertThat(options.profile()).isNull();
        assertThat(options.startProfile()).isEqualTo("number-theory");
        assertThat(options.servedName()).isNull();
        assertThat(options.resident()).isEmpty();
        assertThat(options.profiles()).isEqualTo(Path.of("./edit-profiles"));
        assertThat(options.engine().maxSequences()).isEqualTo(16);
        assertThat(options.engine().maxLength()).isEqualTo(8192);
        assertThat(options.engine().prefillChunk()).isEqualTo(512);
        assertThat(options.engine().queueCapacity()).isEqualTo(256);
        assertThat(config(Map.of()).loadInBackground()).isTrue();
    }

    @Test
    void boundsTheCacheByTheFreeMemoryUnlessTold() {
        assertThat(config(Map.of()).options().engine().memory()).isEqualTo(CacheMemory.AUTOMATIC);
        Map<String, String> given = Map.of("stethos.kv-memory", "3G", "stethos.prefix-memory", "0");
        assertThat(config(given).options().engine().memory())
                .isEqualTo(new CacheMemory(3L << 30, 0L));
    }

    @Test
    void boundsWhatWaitsByTheMeasuredSpeedUnlessTold() {
        assertThat(config(Map.of()).options().engine().backlog())
                .isEqualTo(new Backlog(Long.MAX_VALUE, null));
        Map<String, String> given =
                Map.of("stethos.max-wait", "PT3S", "stethos.queue-tokens", "5000");
        assertThat(config(given).options().engine().backlog())
                .isEqualTo(new Backlog(5000, Duration.ofSeconds(3)));
    }

    @Test
    void finishesWhatHasBegunWithinHalfAMinuteUnlessTold() {
        assertThat(config(Map.of()).drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config(Map.of("stethos.drain", "PT630S")).drain())
                .isEqualTo(Duration.ofSeconds(630));
    }

    @Test
    void appliesNoProfileToAnotherModelUnlessToldTo() {
        assertThat(config(Map.of("stethos.model", "/models/gemma")).options().startProfile())
                .isEqualTo("base");
    }

    @Test
    void findsProfilesBesideTheProjectUnlessThePathIsAbsolute() {
        assertThat(config(Map.of("stethos.home", "/opt/stethos")).options().profiles())
                .isEqualTo(Path.of("/opt/stethos/edit-profiles"));
        assertThat(
                        config(
                                        Map.of(
                                                "stethos.home",
                                                "/opt/stethos",
                                                "stethos.profiles",
                                                "/data/p"))
                                .options()
                                .profiles())
                .isEqualTo(Path.of("/data/p"));
    }

    @Test
    void refusesAServedNameThatCannotBeAModelId() {
        assertThatThrownBy(() -> config(Map.of("stethos.served-name", "a b")).options())
                .hasMessageContaining("'a b'")
                .hasMessageContaining("allowed");
    }
}
