package dev.stethos.security;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What a test configures. The keys file is not looked at unless the test says so.
record Settings(Optional<Path> keys, boolean open) implements SecurityConfig {
    static final Settings NOTHING = new Settings(Optional.empty(), false);

    static Settings file(Path keys) {
        return new Settings(Optional.of(keys), false);
    }

    @Override
    public Duration reload() {
        return Duration.ofDays(1);
    }
}
