package dev.stethos.evaluation.web;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// How single problems are asked.
@ConfigMapping(prefix = "stethos.math")
public interface MathConfig {
    /// The user's turn, with `{problem}` in it. Absent: the problem alone on the embedded model,
    /// elsewhere with the wish to put the answer in a box.
    Optional<String> prompt();

    /// Longest solution in tokens, unless the request says otherwise.
    @WithDefault("1024")
    int maxTokens();
}
