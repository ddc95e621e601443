package dev.stethos.evaluation.jobs.storage;

import dev.stethos.evaluation.GradedAnswer;
import dev.stethos.evaluation.SampledItem;
import dev.stethos.evaluation.SampledItem.Sample;
import dev.stethos.evaluation.TextModel.TextLoss;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the arms said and lost, in the database. An item's answers come together or not at all, and
/// once. Safe from any thread and any number of processes.
public final class AnswerStore {
    private final Database database;

    public AnswerStore(Database database) {
        this.database = database;
    }

    /// Keeps all answers to one item; false when another worker did so before, or the evaluation is
    /// gone.
    public boolean add(String evaluation, int position, List<Sample> answers) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Sample answer : answers) {
            rows.add(
                    new Object[] {
                        evaluation,
                        position,
                        answer.arm(),
                        answer.sample(),
                        answer.graded().correct(),
                        answer.agreesWith(),
                        EvaluationStore.json(answer.graded())
                    });
        }
        return insert(
                "insert into evaluation_answer (evaluation_id, position, arm, sample, correct, agrees_with, graded) values (?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    /// Keeps both arms' losses on documents, of each document once.
    public void addLosses(String evaluation, Map<Integer, List<TextLoss>> losses) {
        List<List<@Nullable Object[]>> documents = new ArrayList<>();
        losses.forEach((document, ofArms) -> {
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (TextLoss loss : ofArms) {
                rows.add(
                        new Object[] {
                            evaluation, document, rows.size(), loss.nats(), loss.tokens()
                        });
            }
            documents.add(rows);
        });
        String sql =
                "insert into evaluation_loss (evaluation_id, document, arm, nats, tokens) values (?, ?, ?, ?, ?)";
        if (!insert(sql, documents.stream().flatMap(List::stream).toList())) {
            for (List<@Nullable Object[]> document : documents) {
                boolean _ = insert(sql, document);
            }
        }
    }

    private boolean insert(String sql, List<@Nullable Object[]> rows) {
        try {
            return database.inTransaction(
                    "keep a result",
                    connection -> {
                        Statement.batch(connection, sql, rows);
                        return true;
                    });
        } catch (StorageException e) {
            if (Database.isConflict(e)) {
                return false;
            }
            throw e;
        }
    }

    /// Positions of graded items and, after all items, of scored documents, from one position up to
    /// another.
    public Set<Integer> done(StoredEvaluation evaluation, int from, int to) {
        return database.inTransaction(
                "look for results",
                connection ->
                        new HashSet<>(
                                Statement.of(
                                                connection,
                                                "select position from evaluation_answer where evaluation_id = ? and position >= ? and position < ? union select document + ? from evaluation_loss where evaluation_id = ? and document + ? >= ? and document + ? < ?",
                                                evaluation.id(),
                                                from,
                                                to,
                                                evaluation.items(),
                                                evaluation.id(),
                                                evaluation.items(),
                                                from,
                                                evaluation.items(),
                                                to)
                                        .list(row -> row.getInt(1))));
    }

    /// How many items are graded and documents scored.
    public int done(StoredEvaluation evaluation) {
        return done(evaluation, 0, evaluation.items() + evaluation.documents()).size();
    }

    /// Items from one position up to another, with the answers there are.
    public List<SampledItem> items(String evaluation, int from, int to) {
        return database.inTransaction(
                "read items",
                connection -> {
                    Map<Integer, List<Sample>> answers = new HashMap<>();
                    List<Integer> _ =
                            Statement.of(
                                            connection,
                                            "select position, arm, sample, agrees_with, graded from evaluation_answer where evaluation_id = ? and position >= ? and position < ? order by position, sample, arm",
                                            evaluation,
                                            from,
                                            to)
                                    .list(row -> {
                                        int position = row.getInt("position");
                                        answers.computeIfAbsent(position, p -> new ArrayList<>())
                                                .add(answer(row));
                                        return position;
                                    });
                    return Statement.of(
                                    connection,
                                    "select position, item_id, subject, problem, expected from evaluation_item where evaluation_id = ? and position >= ? and position < ? order by position",
                                    evaluation,
                                    from,
                                    to)
                            .list(row -> item(row, answers));
                });
    }

    private static SampledItem item(ResultSet row, Map<Integer, List<Sample>> answers)
            throws SQLException {
        int position = row.getInt("position");
        return new SampledItem(
                position,
                row.getString("item_id"),
                row.getString("subject"),
                row.getString("problem"),
                row.getString("expected"),
                answers.getOrDefault(position, List.of()));
    }

    private static Sample answer(ResultSet row) throws SQLException {
        return new Sample(
                row.getInt("arm"),
                row.getInt("sample"),
                EvaluationStore.parsed(row.getString("graded"), GradedAnswer.class),
                row.getObject("agrees_with", Integer.class));
    }

    /// One arm's losses by document.
    public List<TextLoss> losses(String evaluation, int arm) {
        return database.inTransaction(
                "read losses",
                connection ->
                        Statement.of(
                                        connection,
                                        "select nats, tokens from evaluation_loss where evaluation_id = ? and arm = ? order by document",
                                        evaluation,
                                        arm)
                                .list(row ->
                                        new TextLoss(row.getDouble("nats"), row.getInt("tokens"))));
    }

    /// Whether each answer of the arms that are compared is right, as far as they go.
    public List<Mark> marks(String evaluation) {
        return database.inTransaction(
                "read marks",
                connection ->
                        Statement.of(
                                        connection,
                                        "select position, arm, correct from evaluation_answer where evaluation_id = ? and sample = 0 and arm < 2 order by position, arm",
                                        evaluation)
                                .list(row ->
                                        new Mark(
                                                row.getInt("position"),
                                                row.getInt("arm"),
                                                row.getBoolean("correct"))));
    }

    /// One arm's first answer to an item.
    public record Mark(int position, int arm, boolean correct) {}
}
