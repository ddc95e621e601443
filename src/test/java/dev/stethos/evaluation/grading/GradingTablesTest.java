package dev.stethos.evaluation.grading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.algebra.Agreement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tables of answers, each line with the rule that it stands for.
class GradingTablesTest {

    @ParameterizedTest
    @MethodSource("pairs")
    void gradesAsTheRuleSays(
            AnswerEquivalence mode,
            String origin,
            Agreement expected,
            String reference,
            String answer) {
        assertThat(mode.compare(reference, answer)).as(origin).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void findsTheAnswerThatTheRuleSays(
            String origin, AnswerExtraction mode, String text, String expected) {
        assertThat(mode.extract(text).orElse("-")).as(origin).isEqualTo(expected);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                        AnswerEquivalence.MINERVA,
                        AnswerEquivalence.HENDRYCKS,
                        AnswerEquivalence.VERIFY)
                .flatMap(mode ->
                        rows(mode.name().toLowerCase(Locale.ROOT))
                                .map(row ->
                                        Arguments.of(
                                                mode,
                                                row[0],
                                                Agreement.valueOf(row[1].toUpperCase(Locale.ROOT)),
                                                row[2],
                                                row[3])));
    }

    static Stream<Arguments> texts() {
        return rows("extraction")
                .map(row ->
                        Arguments.of(
                                row[0],
                                AnswerExtraction.valueOf(row[1].toUpperCase(Locale.ROOT)),
                                row[2].replace("\\n", "\n"),
                                row[3]));
    }

    private static Stream<String[]> rows(String table) {
        String file = "/evaluation/grading/" + table + ".tsv";
        try (InputStream in =
                Objects.requireNonNull(GradingTablesTest.class.getResourceAsStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().skip(1).map(line -> line.split("\t", -1)).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
