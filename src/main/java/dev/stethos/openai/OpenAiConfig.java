package dev.stethos.openai;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// What the OpenAI-style endpoints may keep for a client.
@ConfigMapping(prefix = "stethos.openai")
public interface OpenAiConfig {
    /// Pieces of text that may wait for a client that reads a stream slowly; one more and it is cut
    /// off.
    @WithDefault("1024")
    int streamBuffer();
}
