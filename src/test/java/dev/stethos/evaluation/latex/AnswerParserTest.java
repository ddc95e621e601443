package dev.stethos.evaluation.latex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.algebra.Agreement;
import dev.stethos.evaluation.algebra.Algebra;
import dev.stethos.evaluation.algebra.AnswerComparison;
import dev.stethos.evaluation.algebra.Expression;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerParserTest {
    private static final List<String> PIECES =
            List.of(
                    "1",
                    "2.5",
                    "x",
                    "y",
                    "+",
                    "-",
                    "\\frac",
                    "{",
                    "}",
                    "(",
                    ")",
                    "[",
                    "]",
                    "^",
                    "_",
                    ",",
                    "\\sqrt",
                    "\\{",
                    "\\}",
                    "=",
                    "<",
                    "\\le",
                    "\\text{cm}",
                    "\\pi",
                    "\\sin",
                    "\\%",
                    "!",
                    "|",
                    "\\begin{pmatrix}",
                    "\\end{pmatrix}",
                    "&",
                    "\\\\",
                    "\\pm",
                    "\\cup",
                    " ",
                    "\\infty",
                    "\\log",
                    "$",
                    "\\left",
                    "∞",
                    "°",
                    "\\",
                    "\u0000");

    /// Algebra that never answers: only what can be told without it is told.
    private static final Algebra NONE = (expression, limit) -> Agreement.UNDECIDED;

    @Test
    void readsOrRefusesWhateverComes() {
        SplittableRandom random = new SplittableRandom(5);
        int read = 0;
        for (int trial = 0; trial < 20_000; trial++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(12); piece >= 0; piece--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            read += AnswerParser.parse(text.toString()).isPresent() ? 1 : 0;
            read += HarnessParser.parse(text.toString()).isPresent() ? 1 : 0;
        }
        assertThat(read).isGreaterThan(1000);
    }

    /// What can be read is the same as itself, and that takes no algebra.
    @Test
    void everyAnswerIsItself() {
        SplittableRandom random = new SplittableRandom(6);
        AnswerComparison comparison = new AnswerComparison(NONE, Duration.ZERO);
        for (int trial = 0; trial < 5_000; trial++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(8); piece >= 0; piece--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            AnswerParser.parse(text.toString())
                    .filter(answer -> !(answer instanceof Expression.Relation))
                    .ifPresent(answer ->
                            assertThat(comparison.compare(answer, answer))
                                    .as(text.toString())
                                    .isEqualTo(Agreement.SAME));
        }
    }

    @Test
    void refusesDeepAndLongText() {
        assertThat(AnswerParser.parse("-".repeat(300) + "1")).isEmpty();
        for (String open : List.of("{", "(", "\\sqrt{", "\\frac{", "((1,", "\\{", "x(", "|")) {
            assertThat(AnswerParser.parse(open.repeat(300) + "1")).isEmpty();
            assertThat(HarnessParser.parse(open.repeat(300) + "1")).isEmpty();
            assertThat(HarnessParser.parse(open.repeat(50_000) + "1")).isEmpty();
            assertThat(AnswerParser.parse(open.repeat(50_000) + "1")).isEmpty();
        }
    }
}
