package dev.stethos.evaluation.algebra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.evaluation.latex.AnswerParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpandedSizeTest {

    @ParameterizedTest
    @CsvSource({
        "7, 1",
        "(2+3)^{50}, 1",
        "x, 1",
        "x+y-3, 3",
        "(a+b)(c+d+f), 6",
        "(a+b)^{10}, 11",
        "(a+b+c)^2, 6",
        "\\frac{1}{(a+b+c)^2}, 6",
        "(a+b)^{10}+(c+d)^{10}, 22",
        "\\sqrt{a+b}, 2",
        "\\sin(x+y), 4",
        "(\\sin x)^3, 4",
        "\\ln(x+y), 1",
    })
    void countsTermsOfWhatIsMultipliedOut(String latex, double terms) {
        Expression e = AnswerParser.parse(latex).orElseThrow();
        assertThat(ExpandedSize.of(e)).isCloseTo(terms, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"(a+b+c+d)^{100000}", "\\sin((a+b+c+d)^{100})"})
    void knowsNoBound(String latex) {
        Expression e = AnswerParser.parse(latex).orElseThrow();
        assertThat(ExpandedSize.of(e)).isGreaterThan(1e12);
    }
}
