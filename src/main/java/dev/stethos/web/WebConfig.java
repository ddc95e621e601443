package dev.stethos.web;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Limits on what clients send, before anything is known about models.
@ConfigMapping(prefix = "stethos.web")
public interface WebConfig {
    /// Largest JSON body in bytes.
    @WithDefault("4M")
    MemorySize maxJsonBody();

    /// Largest body of any other kind in bytes, where its length is announced.
    @WithDefault("16G")
    MemorySize maxBody();

    /// Deepest nesting of arrays and objects in a JSON body.
    @WithDefault("64")
    int maxJsonDepth();

    /// How long a request's line and headers may take to arrive.
    @WithDefault("10s")
    Duration headTimeout();

    /// How long a request's body may take to arrive; for an upload, how long it may fall silent.
    @WithDefault("60s")
    Duration bodyTimeout();

    /// How much of an answer the operating system holds for a client that does not read it. Without
    /// a bound, Linux lets it grow to megabytes for every connection.
    @WithDefault("256K")
    MemorySize sendBuffer();
}
