package dev.stethos.admin;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Who may use the admin API.
@ConfigMapping(prefix = "stethos.admin")
public interface AdminConfig {
    /// The credential, sent as `Authorization: Bearer KEY`. Absent: requests from this machine
    /// only, and none that a browser's page makes.
    Optional<String> key();
}
