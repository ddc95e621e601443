package dev.stethos.evaluation.jobs.storage;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// A pool of connections to the database of evaluations, its schema up to date. Safe from any
/// thread.
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// SQL's class of violated constraints.
    private static final String CONSTRAINT = "23";

    private static final String PRESENT =
            "select table_name from information_schema.tables where table_schema = current_schema";

    /// What the migrations make, and where they keep which of them were made.
    private static final Set<String> TABLES =
            Set.of(
                    "evaluation",
                    "evaluation_item",
                    "evaluation_answer",
                    "evaluation_loss",
                    "scheduled_tasks",
                    "flyway_schema_history");

    private final DatabaseOptions options;
    private final AgroalDataSource pool;

    private Database(DatabaseOptions options, AgroalDataSource pool) {
        this.options = options;
        this.pool = pool;
    }

    /// Connects and migrates. A file that no other process has open loses what a process left when
    /// it was killed: claims, and tables that it had not finished making.
    public static Database open(DatabaseOptions options) {
        AgroalDataSource pool;
        try {
            pool = AgroalDataSource.from(configuration(options));
        } catch (SQLException e) {
            throw new StorageException(options + ": " + e.getMessage(), e);
        }
        try {
            Flyway flyway =
                    Flyway.configure(Database.class.getClassLoader())
                            .dataSource(pool)
                            .locations("classpath:db/evaluations")
                            .load();
            Database database = new Database(options, pool);
            if (!options.shared() && flyway.info().current() == null) {
                database.dropUnfinished();
            }
            flyway.migrate();
            if (!options.shared()) {
                database.dropClaims();
            }
            return database;
        } catch (FlywayException | StorageException e) {
            pool.close();
            throw new StorageException(options + ": " + e.getMessage(), e);
        }
    }

    private static AgroalDataSourceConfigurationSupplier configuration(DatabaseOptions options) {
        return new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool ->
                        pool.maxSize(CONNECTIONS)
                                .acquisitionTimeout(PATIENCE)
                                .connectionFactoryConfiguration(factory -> {
                                    factory.connectionProviderClass(options.driver());
                                    factory.jdbcUrl(options.url());
                                    if (options.user() != null) {
                                        factory.principal(new NamePrincipal(options.user()));
                                    }
                                    if (options.password() != null) {
                                        factory.credential(new SimplePassword(options.password()));
                                    }
                                    return factory;
                                }));
    }

    /// H2 makes each table at once and for good, and nothing is kept before all are there. Where
    /// other tables lie beside ours nothing is dropped.
    private void dropUnfinished() {
        int _ =
                inTransaction(
                        "drop what a killed process had begun to make",
                        connection -> {
                            List<String> present =
                                    Statement.of(connection, PRESENT)
                                            .list(row -> row.getString("table_name"));
                            boolean ours =
                                    present.stream()
                                            .map(name -> name.toLowerCase(Locale.ROOT))
                                            .allMatch(TABLES::contains);
                            for (String table : ours ? present : List.<String>of()) {
                                int _ =
                                        Statement.of(
                                                        connection,
                                                        "drop table \"" + table + "\" cascade")
                                                .update();
                            }
                            return present.size();
                        });
    }

    private void dropClaims() {
        int _ =
                inTransaction(
                        "free what a killed process had claimed",
                        connection ->
                                Statement.of(
                                                connection,
                                                "update scheduled_tasks set picked = false, picked_by = null, last_heartbeat = null where picked")
                                        .update());
    }

    public DataSource dataSource() {
        return pool;
    }

    /// Whether several processes may share it.
    boolean shared() {
        return options.shared();
    }

    /// Runs `work` and commits, or rolls back when it throws.
    ///
    /// @param what is done, for the message of a failure
    <T> T inTransaction(String what, Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new StorageException("%s, %s: %s".formatted(options, what, e.getMessage()), e);
        }
    }

    /// Whether a failure says that a row is there already, or that its parent is not.
    static boolean isConflict(StorageException failure) {
        return failure.getCause() instanceof SQLException sql
                && sql.getSQLState() != null
                && sql.getSQLState().startsWith(CONSTRAINT);
    }

    @Override
    public void close() {
        pool.close();
    }

    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
