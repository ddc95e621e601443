package dev.stethos.evaluation.grading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.algebra.Agreement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerEquivalenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | 4",
                "4 | ' 4 '",
                "4 | 4.0",
                "4 | +4",
                "4 | 04",
                "4 | $4$",
                "4 | 4.",
                "-4 | -4.00",
                "0.5 | \\frac{1}{2}",
                ".5 | 1/2",
                "2/4 | \\dfrac{1}{2}",
                "-\\frac{1}{2} | \\tfrac{-1}{2}",
                "\\frac{-1}{-2} | 0.5",
                "1,000 | 1000",
                "12,345.5 | 24691/2",
                "8/4 | 2",
                "0 | -0",
                "0/5 | 0",
                "(1, 2) | (1,2)",
                "\\left( 1, 2 \\right) | (1,2)",
                "5 \\text{ cm} | 5cm",
                "x + 1 | x+1",
                "\\$5 | 5",
                "3\\!,\\!000 | 3,000",
                "\\frac{1}{0} | \\frac{1}{0}",
            })
    void holds(String first, String second) {
        assertThat(AnswerEquivalence.NORMALISED.equivalent(first, second)).isTrue();
        assertThat(AnswerEquivalence.NORMALISED.equivalent(second, first)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | 5",
                "4 | -4",
                "4 | ''",
                "0.333 | 1/3",
                "1,2 | 12",
                "1,0000 | 10000",
                "1.5 | 15",
                "\\frac{1}{0} | \\frac{2}{0}",
                "1/2/3 | 1/6",
                "x | X",
                "\\leftarrow | arrow",
                "12 | 1/2",
                "100000000000000000000 | 100000000000000000001",
            })
    void fails(String first, String second) {
        assertThat(AnswerEquivalence.NORMALISED.equivalent(first, second)).isFalse();
        assertThat(AnswerEquivalence.NORMALISED.equivalent(second, first)).isFalse();
    }

    @Test
    void isAnEquivalenceRelation() {
        List<String> answers =
                List.of(
                        "1",
                        "1.0",
                        "2/2",
                        "\\frac{3}{3}",
                        " 1 ",
                        "x",
                        "x.",
                        "1/0",
                        "0",
                        "-1",
                        "\\text{x}",
                        "(1,2)",
                        "(1, 2)",
                        "",
                        "0.50",
                        "1/2");
        AnswerEquivalence same = AnswerEquivalence.NORMALISED;
        for (String a : answers) {
            assertThat(same.equivalent(a, a)).isTrue();
            for (String b : answers) {
                assertThat(same.equivalent(a, b)).isEqualTo(same.equivalent(b, a));
                for (String c : answers) {
                    if (same.equivalent(a, b) && same.equivalent(b, c)) {
                        assertThat(same.equivalent(a, c)).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void comparesFractionsAsRationalNumbersDo() {
        for (int a = -6; a <= 6; a++) {
            for (int b = 1; b <= 6; b++) {
                for (int c = -6; c <= 6; c++) {
                    for (int d = 1; d <= 6; d++) {
                        assertThat(
                                        AnswerEquivalence.NORMALISED.equivalent(
                                                a + "/" + b, "\\frac{" + c + "}{" + d + "}"))
                                .isEqualTo(a * d == c * b);
                    }
                }
            }
        }
    }

    @Test
    void takesVeryLongNumbersAsText() {
        String digits = "9".repeat(100_000);
        assertThat(AnswerEquivalence.NORMALISED.equivalent(digits, digits)).isTrue();
        assertThat(AnswerEquivalence.NORMALISED.equivalent(digits, digits + "9")).isFalse();
    }

    @Test
    void leavesUndecidedWhatIsTooLongToBeRead() {
        String sum = "1+".repeat(2500) + "1";
        assertThat(AnswerEquivalence.MINERVA.compare("2501", sum)).isEqualTo(Agreement.UNDECIDED);
        assertThat(AnswerEquivalence.VERIFY.compare("2501", sum)).isEqualTo(Agreement.UNDECIDED);
        assertThat(AnswerEquivalence.VERIFY.compare(sum, sum)).isEqualTo(Agreement.SAME);
        assertThat(AnswerEquivalence.HENDRYCKS.compare(sum, sum)).isEqualTo(Agreement.SAME);
    }
}
