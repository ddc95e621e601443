package dev.stethos.admin;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Who may use the admin API, and how much it takes.
@ConfigMapping(prefix = "stethos.admin")
public interface AdminConfig {
    /// The credential, sent as `Authorization: Bearer KEY`. Absent: requests from this machine
    /// only, and none that a browser's page makes.
    Optional<String> key();

    /// Largest upload in bytes.
    @WithDefault("16G")
    @WithConverter(MemorySizeConverter.class)
    MemorySize maxUpload();
}
