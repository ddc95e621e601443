package dev.stethos.evaluation.jobs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The file of a process that was killed while it made the tables, statement by statement.
class KilledMigrationTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 8})
    void isMadeAnew(int made) throws IOException, SQLException {
        DatabaseOptions file = DatabaseOptions.file(folder);
        List<String> script = script();
        try (Connection killed =
                        DriverManager.getConnection(file.url(), file.user(), file.password());
                java.sql.Statement statement = killed.createStatement()) {
            for (String sql : script.subList(0, made)) {
                boolean _ = statement.execute(sql);
            }
        }
        assertThat(rows(file)).isZero();
        assertThat(rows(file)).isZero();
    }

    /// What a whole one holds is kept.
    @Test
    void isKeptOnceItIsWhole() throws SQLException {
        DatabaseOptions file = DatabaseOptions.file(folder);
        try (Database database = Database.open(file)) {
            int _ =
                    database.inTransaction(
                            "add one",
                            connection ->
                                    Statement.of(
                                                    connection,
                                                    "insert into evaluation (id, status, created_at, definition, items, documents) values ('a', 'done', now(), '', 1, 0)")
                                            .update());
        }
        assertThat(rows(file)).isOne();
    }

    @Test
    void otherTablesAreNotTouched() throws SQLException {
        DatabaseOptions file = DatabaseOptions.file(folder);
        try (Connection other =
                        DriverManager.getConnection(file.url(), file.user(), file.password());
                java.sql.Statement statement = other.createStatement()) {
            boolean _ = statement.execute("create table evaluation (id integer)");
            boolean _ = statement.execute("create table accounts (id integer)");
            assertThatThrownBy(() -> Database.open(file)).isInstanceOf(StorageException.class);
            boolean _ = statement.execute("select * from evaluation, accounts");
        }
    }

    private static int rows(DatabaseOptions file) throws SQLException {
        Database.open(file).close();
        try (Connection open =
                        DriverManager.getConnection(file.url(), file.user(), file.password());
                java.sql.Statement statement = open.createStatement();
                java.sql.ResultSet count =
                        statement.executeQuery("select count(*) from evaluation")) {
            assertThat(count.next()).isTrue();
            return count.getInt(1);
        }
    }

    private static List<String> script() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        Database.class.getResourceAsStream(
                                "/db/evaluations/V1__evaluations.sql"))) {
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return List.of(sql.replaceAll("--[^\n]*", "").split(";\\s*", -1));
        }
    }
}
