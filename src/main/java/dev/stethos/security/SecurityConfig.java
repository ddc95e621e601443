package dev.stethos.security;

import dev.stethos.security.oidc.OidcConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Who may use the HTTP API.
@ConfigMapping(prefix = "stethos.security")
public interface SecurityConfig {
    /// The keys file. With one, every path of the API wants a key.
    Optional<Path> keys();

    /// How often the keys file is looked at for changes.
    @WithDefault("1s")
    Duration reload();

    /// Whether a server without any key may listen where other machines reach it.
    @WithDefault("false")
    boolean open();

    /// Tokens of an OpenID Connect issuer, beside keys.
    OidcConfig oidc();
}
