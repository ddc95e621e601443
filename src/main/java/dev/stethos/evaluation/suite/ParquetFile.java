package dev.stethos.evaluation.suite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.function.Consumer;
import org.duckdb.DuckDBDriver;

/// The rows of a parquet file, read by an embedded DuckDB that keeps nothing. Columns of other than
/// simple types are passed on as their text, empty cells not at all.
final class ParquetFile {

    private ParquetFile() {}

    static void read(Path file, Consumer<ItemRow> each) {
        if (!Files.isRegularFile(file)) {
            throw new SuiteException(file + ": a parquet file is needed here");
        }
        try (Connection memory = new DuckDBDriver().connect("jdbc:duckdb:", new Properties())) {
            try (Statement settings = memory.createStatement()) {
                settings.execute("SET threads = 1");
                settings.execute("SET memory_limit = '512MB'");
                settings.execute("SET autoinstall_known_extensions = false");
            }
            try (PreparedStatement query =
                    memory.prepareStatement("SELECT * FROM read_parquet(?)")) {
                query.setString(1, file.toString());
                try (ResultSet rows = query.executeQuery()) {
                    each(file, rows, each);
                }
            }
        } catch (SQLException e) {
            throw new SuiteException(file + ": not a parquet file: " + firstLine(e), e);
        }
    }

    private static void each(Path file, ResultSet rows, Consumer<ItemRow> each)
            throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        for (int row = 1; rows.next(); row++) {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                String value = rows.getString(column);
                if (value != null) {
                    fields.put(columns.getColumnName(column), value);
                }
            }
            each.accept(new ItemRow(file + ", row " + row, row, fields));
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
