package dev.stethos.evaluation.grading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.algebra.Agreement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The verdicts of the real programs on thousands of answers; the tables say which programs and
/// versions. Every line is graded alike, but for a list of exceptions with their reasons, each of
/// which is a line and still one.
class OracleVerdictsTest {
    private static final String LINE_END = "\u23ce";
    private static final int TRIES = 5;
    private static final List<AnswerEquivalence> MODES =
            List.of(
                    AnswerEquivalence.MINERVA,
                    AnswerEquivalence.HENDRYCKS,
                    AnswerEquivalence.VERIFY);

    @ParameterizedTest
    @CsvSource({
        "held-out, MINERVA, 670",
        "held-out, HENDRYCKS, 670",
        "held-out, VERIFY, 670",
        "pairs, MINERVA, 4000",
        "pairs, HENDRYCKS, 4000",
        "pairs, VERIFY, 4000",
        "texts, MINERVA, 580",
        "texts, HENDRYCKS, 580",
        "texts, VERIFY, 580"
    })
    void gradesAsTheRealProgramDoes(String table, AnswerEquivalence mode, int atLeast) {
        List<String[]> rows = rows("oracle-" + table).toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(atLeast);
        Set<String> allowed = exceptions(table, mode, "");
        Set<String> different =
                rows.stream()
                        .filter(
                                row -> {
                                    boolean known = allowed.contains(row[3] + " | " + row[4]);
                                    int tries = known || !isRight(row, mode) ? 1 : TRIES;
                                    return isRight(row, mode) != isTaken(table, mode, row, tries);
                                })
                        .map(row -> row[3] + " | " + row[4])
                        .collect(Collectors.toSet());
        assertThat(different).isSubsetOf(allowed);
        assertThat(different).containsAll(exceptions(table, mode, "algebra"));
    }

    private static boolean isRight(String[] row, AnswerEquivalence mode) {
        return row[MODES.indexOf(mode)].equals("1");
    }

    private static boolean isTaken(
            String table, AnswerEquivalence mode, String[] row, int tries) {
        String given = row[4].replace(LINE_END, "\n");
        AnswerExtraction extraction = AnswerExtraction.valueOf(mode.name());
        Optional<String> answer =
                table.equals("texts") ? extraction.extract(given) : Optional.of(given);
        return answer.isPresent() && isSame(mode, row[3], answer.get(), tries);
    }

    /// The algebra has a limit of time: what it did not decide is asked again.
    private static boolean isSame(
            AnswerEquivalence mode, String reference, String answer, int tries) {
        Agreement agreement = mode.compare(reference, answer);
        for (int i = 1; i < tries && agreement == Agreement.UNDECIDED; i++) {
            agreement = mode.compare(reference, answer);
        }
        return agreement == Agreement.SAME;
    }

    /// @param left exceptions whose reason begins so do not count, none when empty
    private static Set<String> exceptions(String table, AnswerEquivalence mode, String left) {
        return rows("oracle-exceptions")
                .filter(row -> row[0].equals(table))
                .filter(row -> row[1].equals(mode.name().toLowerCase(Locale.ROOT)))
                .filter(row -> left.isEmpty() || !row[2].startsWith(left))
                .map(row -> row[3] + " | " + row[4])
                .collect(Collectors.toSet());
    }

    private static Stream<String[]> rows(String table) {
        String file = "/evaluation/grading/" + table + ".tsv";
        try (InputStream in =
                Objects.requireNonNull(OracleVerdictsTest.class.getResourceAsStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text
                    .lines()
                    .filter(line -> !line.startsWith("# "))
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
