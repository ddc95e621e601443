package dev.stethos.evaluation.jobs.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.suite.MathProblem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Evaluations and their status in the database. Safe from any thread and any number of processes.
public final class EvaluationStore {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String COLUMNS =
            "select id, status, created_at, started_at, finished_at, error, definition, items,"
                    + " documents from evaluation ";

    private final Database database;

    public EvaluationStore(Database database) {
        this.database = database;
    }

    /// Keeps a new evaluation with its items, queued.
    public StoredEvaluation add(
            EvaluationDefinition definition,
            List<MathProblem> problems,
            int documents,
            @Nullable Promotion promotion) {
        StoredEvaluation evaluation =
                new StoredEvaluation(
                        UUID.randomUUID().toString(),
                        EvaluationStatus.QUEUED,
                        now(),
                        null,
                        null,
                        null,
                        definition,
                        problems.size(),
                        documents);
        List<@Nullable Object[]> items = new ArrayList<>();
        for (MathProblem problem : problems) {
            items.add(
                    new Object[] {
                        evaluation.id(),
                        items.size(),
                        problem.id(),
                        problem.subject(),
                        problem.problem(),
                        problem.answer()
                    });
        }
        return database.inTransaction(
                "add an evaluation",
                connection -> {
                    int _ =
                            Statement.of(
                                            connection,
                                            "insert into evaluation (id, status, created_at, definition, items, documents, promotion) values (?, ?, ?, ?, ?, ?, ?)",
                                            evaluation.id(),
                                            evaluation.status().word(),
                                            evaluation.createdAt(),
                                            json(definition),
                                            evaluation.items(),
                                            documents,
                                            promotion == null ? null : json(promotion))
                                    .update();
                    Statement.batch(
                            connection,
                            "insert into evaluation_item (evaluation_id, position, item_id, subject, problem, expected) values (?, ?, ?, ?, ?, ?)",
                            items);
                    return evaluation;
                });
    }

    public Optional<StoredEvaluation> find(String id) {
        return database.inTransaction(
                "read evaluation " + id,
                connection ->
                        Statement.of(connection, COLUMNS + "where id = ?", id)
                                .first(EvaluationStore::evaluation));
    }

    /// The newest first.
    public List<StoredEvaluation> list(int limit) {
        return database.inTransaction(
                "list evaluations",
                connection ->
                        Statement.of(
                                        connection,
                                        COLUMNS + "order by created_at desc, id limit ?",
                                        limit)
                                .list(EvaluationStore::evaluation));
    }

    /// Those that may have work left, the oldest first.
    public List<StoredEvaluation> open() {
        return database.inTransaction(
                "list open evaluations",
                connection ->
                        Statement.of(
                                        connection,
                                        COLUMNS
                                                + "where status in ('queued', 'running') order by created_at, id")
                                .list(EvaluationStore::evaluation));
    }

    /// Says that work on it has begun, the first time.
    public void start(String id) {
        int _ =
                database.inTransaction(
                        "start evaluation " + id,
                        connection ->
                                Statement.of(
                                                connection,
                                                "update evaluation set status = 'running', started_at = ? where id = ? and status = 'queued'",
                                                now(),
                                                id)
                                        .update());
    }

    /// Ends an open evaluation; false when it had ended before, or is gone.
    public boolean end(String id, EvaluationStatus status, @Nullable String error) {
        return database.inTransaction(
                        "end evaluation " + id,
                        connection ->
                                Statement.of(
                                                connection,
                                                "update evaluation set status = ?, error = ?, finished_at = ? where id = ? and status in ('queued', 'running')",
                                                status.word(),
                                                error,
                                                now(),
                                                id)
                                        .update())
                == 1;
    }

    /// Removes an evaluation and all that belongs to it; false when there is none.
    public boolean delete(String id) {
        return database.inTransaction(
                        "delete evaluation " + id,
                        connection ->
                                Statement.of(connection, "delete from evaluation where id = ?", id)
                                        .update())
                == 1;
    }

    public Optional<Promotion> promotion(String id) {
        return database.inTransaction(
                "read promotion " + id,
                connection ->
                        Statement.of(
                                        connection,
                                        "select promotion from evaluation where id = ? and promotion is not null",
                                        id)
                                .first(row -> parsed(row.getString(1), Promotion.class)));
    }

    /// Completed evaluations whose promotion is still to be decided, with the gateway that decides.
    public Map<String, String> undecided() {
        return database.inTransaction(
                "list promotions",
                connection -> {
                    Map<String, String> undecided = new LinkedHashMap<>();
                    List<Promotion> _ =
                            Statement.of(
                                            connection,
                                            "select id, promotion from evaluation where status = 'completed' and promotion is not null order by created_at, id")
                                    .list(row -> {
                                        Promotion promotion =
                                                parsed(row.getString("promotion"), Promotion.class);
                                        if (promotion.outcome() == Promotion.Outcome.PENDING) {
                                            undecided.put(row.getString("id"), promotion.gateway());
                                        }
                                        return promotion;
                                    });
                    return undecided;
                });
    }

    public void setPromotion(String id, Promotion promotion) {
        int _ =
                database.inTransaction(
                        "write promotion " + id,
                        connection ->
                                Statement.of(
                                                connection,
                                                "update evaluation set promotion = ? where id = ?",
                                                json(promotion),
                                                id)
                                        .update());
    }

    /// As precise as every database keeps it.
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static StoredEvaluation evaluation(ResultSet row) throws SQLException {
        return new StoredEvaluation(
                row.getString("id"),
                EvaluationStatus.of(row.getString("status")),
                Objects.requireNonNull(Statement.instant(row, "created_at")),
                Statement.instant(row, "started_at"),
                Statement.instant(row, "finished_at"),
                row.getString("error"),
                parsed(row.getString("definition"), EvaluationDefinition.class),
                row.getInt("items"),
                row.getInt("documents"));
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static <T> T parsed(String json, Class<T> type) throws SQLException {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new SQLException(
                    "not a stored %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()),
                    e);
        }
    }
}
