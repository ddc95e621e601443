package dev.stethos.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.evaluation.grading.AnswerEquivalence;
import dev.stethos.evaluation.grading.AnswerExtraction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The suites of the MATH data set, whose defaults are lm-evaluation-harness'.
class ShippedSuitesTest {

    @ParameterizedTest
    @CsvSource({
        "minerva-math, TEXT, 4, 256, MINERVA, MINERVA",
        "math-500, TEXT, 4, 256, MINERVA, MINERVA",
        "hendrycks-math, TEXT, 0, 256, HENDRYCKS, HENDRYCKS",
        "chat-math, CHAT, 0, 1024, BOXED, VERIFY",
    })
    void haveTheirDefaults(
            String name,
            Prompt.Style style,
            int shots,
            int maxTokens,
            AnswerExtraction extraction,
            AnswerEquivalence equivalence) {
        Suite suite = Suite.named(name);
        assertThat(suite.name()).isEqualTo(name);
        assertThat(suite.prompt().style()).isEqualTo(style);
        assertThat(suite.prompt().shots()).hasSize(shots);
        assertThat(suite.maxTokens()).isEqualTo(maxTokens);
        assertThat(suite.extraction()).isEqualTo(extraction);
        assertThat(suite.equivalence()).isEqualTo(equivalence);
        assertThat(suite.subjects()).hasSize(7).isEqualTo(Suite.named("tiny-math").subjects());
        assertThat(suite.controlDocuments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"minerva-math", "math-500", "hendrycks-math", "chat-math"})
    void needTheirData(String name) {
        assertThatThrownBy(() -> Suite.named(name).problems())
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("suite " + name + ": no data was given");
    }

    @Test
    void minervasPromptReadsAsTheHarnessWritesIt() {
        Suite suite = Suite.named("minerva-math");
        String prompt = suite.prompt().fillWithShots("What is $1+1$?");
        assertThat(suite.stop()).containsExactly("Problem:");
        assertThat(prompt)
                .startsWith("Problem:\nFind the domain of the expression  $\\frac{\\sqrt{x-2}}")
                .endsWith(
                        "is $-\\frac{2}{3}$. I hope it is correct.\n\nProblem:\nWhat is $1+1$?\n\nSolution:")
                .contains("{\\sqrt{5-x}}$.}\n\nSolution: The expressions inside")
                .contains("\n30n&=480\\\n\\Rightarrow")
                .contains("6x-4y&=a,\\\n6y-9x &=b.\n\\end{align*}has");
        assertThat(prompt.split("Problem:", -1)).hasSize(6);
    }

    /// Each shot is a solved item: its own extraction finds its own boxed answer.
    @Test
    void shotsAreAnsweredTheWayTheyAsk() {
        Suite suite = Suite.named("minerva-math");
        assertThat(suite.prompt().shots())
                .extracting(shot -> AnswerExtraction.MINERVA.extract(shot.solution()).orElseThrow())
                .containsExactly("$[2,5)$", "$24$", "$16$", "$-\\frac{2}{3}$");
        assertThat(suite.prompt().shots())
                .extracting(
                        shot -> AnswerExtraction.REFERENCE.extract(shot.solution()).orElseThrow())
                .containsExactly("[2,5)", "24", "16", "-\\frac{2}{3}");
    }

    @Test
    void aFileOnDiskDeclaresASuiteWithItsDataBesideIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(
                file,
                """
                name: mine
                items: mine.jsonl
                subjects: [sums]
                prompt: {style: text, text: "{problem} =", shots: [{problem: "1+1", solution: "2"}]}
                max-tokens: 8
                stop: ["\\n"]
                extraction: verify
                equivalence: verify
                """);
        Files.writeString(folder.resolve("mine.jsonl"), "{\"problem\":\"2+3\",\"answer\":\"5\"}\n");
        Suite suite = Suite.find(file.toString());
        assertThat(suite.problems()).extracting(MathProblem::answer).isEqualTo(List.of("5"));
        assertThat(suite.prompt().fillWithShots("2+3")).isEqualTo("1+1 = 2\n\n2+3 =");
        Path other = Files.writeString(folder.resolve("o.jsonl"), "{\"problem\":\"1+3\"}");
        assertThatThrownBy(() -> suite.withItems(other).problems())
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("o.jsonl, line 1, field solution: nothing was given");
        assertThatThrownBy(() -> Suite.find(folder.resolve("no.yaml").toString()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("no.yaml");
    }
}
