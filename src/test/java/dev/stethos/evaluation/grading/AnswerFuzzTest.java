package dev.stethos.evaluation.grading;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.stethos.evaluation.algebra.Agreement;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a model writes is graded: an answer is found or not, and agrees with a reference, does
/// not, or is undecided. The input is the reference, a line end, and what the model wrote. The
/// seeds are replayed in every run; with `JAZZER_FUZZ=1` in the environment Jazzer searches on from
/// them.
final class AnswerFuzzTest {
    static Stream<Arguments> seeds() {
        return Stream.of(
                        "\\frac{1}{2}\nso it is $\\boxed{\\dfrac12}$.",
                        "3\\sqrt{2}\nFinal Answer: The final answer is $\\sqrt{18}$. I hope it is correct.",
                        "(1,2]\n\\fbox{(1,\\, 2]}",
                        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}\nThe answer is \\left(x^2\\right)",
                        "x=5\n\\boxed 5$",
                        "9^{9^{9^9}}\n\\frac{1}{0}",
                        "\\{1,2\\}\\cup\\emptyset\n50\\%",
                        "1,000.50\n10^{\\circ}\\text{ cm}",
                        "{{{{\n}}}}$$$\\boxed{\\boxed{",
                        "\\binom{5}{2}\n\\infty!",
                        "1\n" + "\\frac".repeat(4_000))
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gradesSeeds(byte[] bytes) {
        grade(bytes);
    }

    @EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = ".+")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void gradesAnything(byte[] bytes) {
        grade(bytes);
    }

    private static void grade(byte[] bytes) {
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
        String text = parts.length < 2 ? parts[0] : parts[1];
        for (AnswerEquivalence equivalence : AnswerEquivalence.values()) {
            assertThat(equivalence.compare(parts[0], text)).isNotNull();
            for (AnswerExtraction extraction : AnswerExtraction.values()) {
                Optional<String> answer = extraction.extract(text);
                if (answer.isPresent()) {
                    assertThat(equivalence.compare(parts[0], answer.get())).isNotNull();
                }
            }
        }
        assertThat(AnswerEquivalence.VERIFY.compare(text, text)).isEqualTo(Agreement.SAME);
        assertThat(AnswerEquivalence.NORMALISED.compare(text, text)).isEqualTo(Agreement.SAME);
        assertThat(AnswerEquivalence.HENDRYCKS.compare(text, text)).isEqualTo(Agreement.SAME);
    }
}
