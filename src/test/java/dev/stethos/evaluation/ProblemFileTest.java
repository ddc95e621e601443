package dev.stethos.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemFileTest {
    private static final String FIRST =
            """
            {"id":"a-1","problem":"1 + 1 ?","level":"Level 1","type":"Prealgebra","solution":"so \\\\boxed{2}"}\
            """;
    private static final String SECOND =
            """
            {"problem":"7 mod 4 ?","level":2,"type":"Number Theory","solution":"\\\\boxed{3}","template":"mod"}\
            """;

    @Test
    void readsMathsFieldsAndNamesItemsWithoutIdByTheirLine() {
        assertThat(ProblemFile.parse(FIRST + "\n\n" + SECOND + "\n", "f.jsonl"))
                .containsExactly(
                        new MathProblem("a-1", "1 + 1 ?", "Level 1", "Prealgebra", "so \\boxed{2}"),
                        new MathProblem("3", "7 mod 4 ?", "2", "Number Theory", "\\boxed{3}"));
    }

    @Test
    void byteOrderMarkAndWindowsLineEndsDoNotMatter() {
        List<MathProblem> plain = ProblemFile.parse(FIRST + "\n" + SECOND, "f.jsonl");
        assertThat(ProblemFile.parse("\uFEFF" + FIRST + "\r\n" + SECOND + "\r\n", "f.jsonl"))
                .isEqualTo(plain);
    }

    @Test
    void answersAndSubjectsComeFromTheItem() {
        MathProblem problem = ProblemFile.parse(SECOND, "f.jsonl").getFirst();
        assertThat(problem.answer()).isEqualTo("3");
        assertThat(problem.subject()).isEqualTo("number_theory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"problem\": | not JSON",
                "[1] | not a JSON object",
                "{\"problem\":\"p\",\"problem\":\"q\"} | Duplicate field",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\"} | field solution:"
                        + " nothing",
                "{\"problem\":[\"p\"],\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\"} |"
                        + " field problem: [\"p\"]",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":null,\"solution\":\"\"} | field type:"
                        + " null",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"4\"} |"
                        + " complete \\boxed{..}",
                "{\"problem\":\""
                        + " \",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\\\\boxed{4}\"} |"
                        + " problem: blank",
                "{\"id\":\"a-1\",\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\\\\boxed{4}\"}"
                        + " | id a-1 was given, but line 1 has it",
            })
    void namesTheLineOfABadItem(String line, String message) {
        assertThatThrownBy(() -> ProblemFile.parse(FIRST + "\n" + line, "f.jsonl"))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("f.jsonl, line 2")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAFileWithoutItems() {
        assertThatThrownBy(() -> ProblemFile.parse("\n \n", "f.jsonl"))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("f.jsonl: it has no items");
    }

    @ParameterizedTest
    @CsvSource({
        "Number Theory, number_theory",
        "number-theory, number_theory",
        "number_theory, number_theory",
        "Counting & Probability, counting_and_probability",
        "counting and probability, counting_and_probability",
        "Prealgebra, prealgebra",
    })
    void spellsASubjectOneWay(String spelling, String subject) {
        assertThat(MathProblem.subjectOf(spelling)).isEqualTo(subject);
    }
}
