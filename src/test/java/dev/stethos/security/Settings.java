package dev.stethos.security;

import dev.stethos.security.oidc.OidcConfig;
import dev.stethos.security.oidc.OidcSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What a test configures. The keys file is not looked at unless the test says so.
record Settings(Optional<Path> keys, boolean open, OidcConfig oidc) implements SecurityConfig {
    static final Settings NOTHING = new Settings(Optional.empty(), false);

    Settings(Optional<Path> keys, boolean open) {
        this(keys, open, OidcSettings.NONE);
    }

    static Settings file(Path keys) {
        return new Settings(Optional.of(keys), false);
    }

    @Override
    public Duration reload() {
        return Duration.ofDays(1);
    }
}
