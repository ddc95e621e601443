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
                "\\gcd x",
                "(a+b+c+d+f+g)^{30}-(a+b+c+d+f+g+1)^{30}",
                "\\sin(x)^{20}\\cos(y)^{20}+\\tan(x+y+z)^{10}",
                "(\\sqrt{a+b}+\\sqrt{c}+d+f+g)^{90}",
            })
    void leavesTheLibraryOutOfWhatIsTooLargeOrUnknown(String latex) {
        assertThat(isZero(latex)).isEqualTo(Agreement.UNDECIDED);
    }

    @Test
    void isUndecidedWithoutTime() {
        Expression quick = expression("(x+1)^2-x^2-2x-1");
        assertThat(SymjaAlgebra.shared().isZero(quick, Duration.ZERO))
                .isEqualTo(Agreement.UNDECIDED);
        assertThat(SymjaAlgebra.shared().isZero(quick, LIMIT)).isEqualTo(Agreement.SAME);
    }

    /// They are equal, which takes the library many seconds to show. One more than there are places
    /// for, so that what overran must have ended.
    @Test
    void isUndecidedAfterItsTimeAndCanBeAskedAgain() {
        Expression slow = expression("(a+b)^{40}(c+d)^{40}-(ac+ad+bc+bd)^{40}");
        for (int i = 0; i < 5; i++) {
            assertThat(SymjaAlgebra.shared().isZero(slow, Duration.ofMillis(100)))
                    .isEqualTo(Agreement.UNDECIDED);
        }
        assertThat(isZero("(x+1)^2-x^2-2x-1")).isEqualTo(Agreement.SAME);
    }

    private static Agreement isZero(String latex) {
        return SymjaAlgebra.shared().isZero(expression(latex), LIMIT);
    }

    private static Expression expression(String latex) {
        return AnswerParser.parse(latex).orElseThrow();
    }
}
