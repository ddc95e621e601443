package dev.stethos.evaluation.grading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerExtractionTest {

    /// Solutions in MATH's manner; braces nest, escape and repeat.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "so x = \\boxed{4}. | 4",
                "\\boxed{\\frac{1}{2}} | \\frac{1}{2}",
                "first \\boxed{3}, then \\boxed{5} | 5",
                "\\boxed{\\{1, 2\\}} | \\{1, 2\\}",
                "\\boxed{a \\} b} | a \\} b",
                "\\boxed {7} | 7",
                "\\boxed{\\boxed{8}} | 8",
                "x \\\\ \\boxed{9} | 9",
                "x \\\\\\boxed{9} | 9",
                "{ \\boxed{1} | 1",
                "} \\boxed{1} | 1",
                "\\boxed{2} and \\boxed{3 | 2",
                "\\boxed{12 \\boxed{3} | 3",
            })
    void takesTheLastCompleteBox(String text, String answer) {
        assertThat(AnswerExtraction.BOXED.extract(text)).contains(answer);
    }

    @Test
    void keepsBlanksAndEmptyBoxesAsWritten() {
        assertThat(AnswerExtraction.BOXED.extract("\\boxed{ 1 }")).contains(" 1 ");
        assertThat(AnswerExtraction.BOXED.extract("\\boxed{}")).contains("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4",
                "\\boxed",
                "\\boxed{",
                "\\boxed{4",
                "\\boxed 4",
                "\\boxedx{4}",
                "\\\\boxed{4}",
                "boxed{4}",
                "\\boxed{\\frac{1}{2}",
                "\\",
            })
    void findsNothingWithoutACompleteBox(String text) {
        assertThat(AnswerExtraction.BOXED.extract(text)).isEmpty();
    }

    @Test
    void findsWhateverBalancedContentWasPutIn() {
        SplittableRandom random = new SplittableRandom(11);
        for (int trial = 0; trial < 2000; trial++) {
            String content = balanced(random, 4);
            String text = balanced(random, 2) + "\\boxed{" + content + "} " + balanced(random, 2);
            assertThat(AnswerExtraction.BOXED.extract(text)).contains(content);
        }
    }

    @Test
    void readsDeepAndLongTextInOnePass() {
        String deep = "\\boxed{".repeat(200_000);
        assertThat(AnswerExtraction.BOXED.extract(deep)).isEmpty();
        assertThat(AnswerExtraction.BOXED.extract(deep + "1" + "}".repeat(200_000))).contains("1");
    }

    private static String balanced(SplittableRandom random, int depth) {
        StringBuilder text = new StringBuilder();
        for (int piece = random.nextInt(4); piece > 0; piece--) {
            switch (random.nextInt(depth == 0 ? 4 : 5)) {
                case 0 -> text.append("x");
                case 1 -> text.append("\\}");
                case 2 -> text.append("\\{");
                case 3 -> text.append(" \\frac");
                default -> text.append('{').append(balanced(random, depth - 1)).append('}');
            }
        }
        return text.toString();
    }
}
