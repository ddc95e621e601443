package dev.stethos.evaluation.jobs.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.function.Supplier;

/// New, empty databases of each kind.
public enum Databases implements Supplier<DatabaseOptions> {
    H2 {
        @Override
        public DatabaseOptions get() {
            try {
                return DatabaseOptions.file(Files.createTempDirectory("stethos-h2-"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRESQL {
        @Override
        public DatabaseOptions get() {
            try {
                String name = "d" + UUID.randomUUID().toString().replace('-', '_');
                try (java.sql.Connection connection =
                                Server.POSTGRES.getPostgresDatabase().getConnection();
                        java.sql.Statement statement = connection.createStatement()) {
                    statement.execute("create database " + name);
                }
                return new DatabaseOptions(
                        Server.POSTGRES.getJdbcUrl("postgres", name), "postgres", "postgres");
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    /// One server for all tests of a JVM; it ends with it.
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
