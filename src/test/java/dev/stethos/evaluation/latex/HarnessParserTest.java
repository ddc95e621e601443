package dev.stethos.evaluation.latex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How SymPy 1.14.0 with ANTLR 4.11.1 reads LaTeX: how far, and what it refuses.
class HarnessParserTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2,3 | 2",
                "12_ | 12",
                "5x_ | 5",
                "2516_8 | 2516",
                "5+ | 5",
                "2^{3 | 2",
                "5\\sqrt{2 | 5",
                "1.5.2 | 1.5",
                "0.25. | 0.2",
                "1,234 | 1234",
                "1,23 | 1",
                "12) | 12",
                "2)_ | 2",
                "x-1, | x-1",
                "\\frac{1}{2},\\% | \\frac12",
                "\\{5\\} | 5",
                "--5 | 5",
                "3x4 | 3\\cdot4",
                "2516_{\\text{eight}} | 2516",
                "\\log_23 | \\log_{2}{3}",
                "\\sin^{-1}x | \\arcsin x",
                "\\mathit{x} | x",
            })
    void readsAsFarAsItCan(String latex, String same) {
        assertThat(HarnessParser.parse(latex)).isPresent().isEqualTo(HarnessParser.parse(same));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "(2,3)",
                "[2,5)",
                "5\\%",
                "12,\\%",
                ".5",
                "5.",
                "007",
                "\\cdot5",
                "5;",
                "5~",
                "5\\\\",
                "π",
                "\\left|x\\right|",
                "\\begin{pmatrix}1&2\\end{pmatrix}",
                "\\frac{1}{2",
                "\\sqrt{}",
            })
    void refusesTheRest(String latex) {
        assertThat(HarnessParser.parse(latex)).isEmpty();
    }
}
