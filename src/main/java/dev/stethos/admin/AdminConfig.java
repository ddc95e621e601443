package dev.stethos.admin;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// The admin API: a key for it beside those of the keys file, and how much it takes.
@ConfigMapping(prefix = "stethos.admin")
public interface AdminConfig {
    /// An administrator's key that stands in no keys file, sent as `Authorization: Bearer KEY`.
    /// With it, as with a keys file, every path wants a key.
    Optional<String> key();

    /// Largest upload in bytes.
    @WithDefault("16G")
    @WithConverter(MemorySizeConverter.class)
    MemorySize maxUpload();
}
