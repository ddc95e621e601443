package dev.stethos.evaluation.jobs.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import org.jspecify.annotations.Nullable;

/// Where evaluations are kept: a JDBC URL of H2 or PostgreSQL.
public record DatabaseOptions(String url, @Nullable String user, @Nullable String password) {
    private static final String H2 = "jdbc:h2:";
    private static final String NAME = "evaluations";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    public DatabaseOptions {
        if (!url.startsWith(H2) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "stethos.evaluations.database.url: %s was given, allowed is %s.. or %s.."
                            .formatted(url, H2, POSTGRESQL));
        }
    }

    /// A file in the folder that one process has to itself. What is committed is on disk.
    public static DatabaseOptions file(Path folder) {
        return new DatabaseOptions(
                H2
                        + "file:"
                        + folder.resolve(NAME).toAbsolutePath()
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                "sa",
                "");
    }

    /// Whether the folder has such a file.
    public static boolean exists(Path folder) {
        return Files.exists(folder.resolve(NAME + ".mv.db"));
    }

    /// Whether several processes may share it.
    boolean shared() {
        return url.startsWith(POSTGRESQL);
    }

    Class<? extends Driver> driver() {
        return shared() ? org.postgresql.Driver.class : org.h2.Driver.class;
    }

    @Override
    public String toString() {
        return "database " + url.replaceAll("[?;].*", "");
    }
}
