package dev.stethos.evaluation.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.latex.AnswerParser;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymjaAlgebraTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(x+1)^2-x^2-2x-1",
                "\\sqrt{8}-2\\sqrt{2}",
                "\\sqrt{3+2\\sqrt{2}}-1-\\sqrt{2}",
                "\\sin 2x-2\\sin x\\cos x",
                "\\ln 8-3\\ln 2",
                "\\cos\\frac{\\pi}{5}-\\frac{1+\\sqrt5}{4}",
            })
    void provesWhatIsZero(String latex) {
        assertThat(isZero(latex)).isEqualTo(Agreement.SAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-y", "\\sqrt{2}-1.414213562", "\\sqrt{x^2}-x", "1"})
    void doesNotProveWhatIsNot(String latex) {
        assertThat(isZero(latex)).isNotEqualTo(Agreement.SAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9^{9^{9^9}}",
                "(10^{10})!",
                "10^{100000}",
                "\\binom{10^9}{10^8}",
                "\\gcd x"
            })
    void leavesTheLibraryOutOfWhatIsTooLargeOrUnknown(String latex) {
        assertThat(isZero(latex)).isEqualTo(Agreement.UNDECIDED);
    }

    @Test
    void isUndecidedWithoutTime() {
        Expression slow = AnswerParser.parse("(x+1)^2-x^2-2x-1").orElseThrow();
        assertThat(SymjaAlgebra.shared().isZero(slow, Duration.ZERO))
                .isEqualTo(Agreement.UNDECIDED);
        assertThat(SymjaAlgebra.shared().isZero(slow, LIMIT)).isEqualTo(Agreement.SAME);
    }

    private static Agreement isZero(String latex) {
        Expression e = AnswerParser.parse(latex).orElseThrow();
        return SymjaAlgebra.shared().isZero(e, LIMIT);
    }
}
