package dev.stethos.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.evaluation.grading.AnswerEquivalence;
import dev.stethos.evaluation.grading.AnswerExtraction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteTest {
    private static final String SMALL =
            """
            name: small
            items: evaluation/items.jsonl
            subjects: [algebra, number_theory]
            prompt:
              style: chat
              text: "{problem}"
            max-tokens: 8
            stop: []
            extraction: boxed
            equivalence: normalised
            control: evaluation/control.txt
            """;

    private static Suite small() {
        return Suite.parse(SMALL, "small.yaml");
    }

    @Test
    void tinyMathAsksInChatAndGradesTheBox() {
        Suite suite = Suite.named("tiny-math");
        assertThat(suite.name()).isEqualTo("tiny-math");
        assertThat(suite.subjects())
                .containsExactly(
                        "prealgebra",
                        "algebra",
                        "number_theory",
                        "counting_and_probability",
                        "geometry",
                        "intermediate_algebra",
                        "precalculus");
        assertThat(suite.prompt().style()).isEqualTo(Prompt.Style.CHAT);
        assertThat(suite.prompt().fill("2 + 2 ?")).isEqualTo("2 + 2 ?");
        assertThat(suite.extraction()).isEqualTo(AnswerExtraction.BOXED);
        assertThat(suite.equivalence()).isEqualTo(AnswerEquivalence.NORMALISED);
    }

    @Test
    void listsTheNamesWhenItHasNoSuchSuite() {
        assertThatThrownBy(() -> Suite.named("../tiny-math"))
                .isInstanceOf(SuiteException.class)
                .hasMessage(
                        "suite: ../tiny-math was given, allowed is tiny-math, minerva-math, hendrycks-math, math-500, chat-math or a file *.yaml");
    }

    @Test
    void readsItsItemsAndControlDocuments() {
        Suite suite = small();
        assertThat(suite.problems()).extracting(MathProblem::id).containsExactly("a1", "a2", "n1");
        assertThat(suite.controlDocuments())
                .isEqualTo(List.of("the cat sat .", "on monday it slept ."));
    }

    @Test
    void selectsSubjectsHoweverTheyAreSpelled() {
        Suite suite = small();
        assertThat(suite.problems(List.of("Algebra"), 9))
                .extracting(MathProblem::id)
                .containsExactly("a1", "a2");
        assertThat(suite.problems(List.of("number-theory", "algebra"), 2))
                .isEqualTo(suite.problems());
        assertThatThrownBy(() -> suite.problems(List.of("algebra", "music"), 1))
                .isInstanceOf(SuiteException.class)
                .hasMessage(
                        "subjects of small: music was given, allowed is algebra, number_theory");
        assertThatThrownBy(() -> suite.problems(List.of(), 0))
                .isInstanceOf(SuiteException.class)
                .hasMessage("limit: 0 was given, allowed is 1 or more");
    }

    @Test
    void takesItemsEvenlySpreadOverEachSubject() {
        Suite suite = Suite.named("tiny-math");
        List<MathProblem> all = suite.problems();
        for (int limit : new int[] {1, 7, 30, 299, 300, 5000}) {
            List<MathProblem> some = suite.problems(List.of("geometry"), limit);
            List<MathProblem> geometry = suite.problems(List.of("geometry"), Integer.MAX_VALUE);
            assertThat(some).hasSize(Math.min(limit, geometry.size())).doesNotHaveDuplicates();
            int last = -1;
            for (MathProblem item : some) {
                int place = geometry.indexOf(item);
                assertThat(place - last).isBetween(1, Math.ceilDiv(geometry.size(), some.size()));
                last = place;
            }
            assertThat(suite.problems(List.of(), limit).stream().filter(some::contains))
                    .isEqualTo(some);
        }
        assertThat(suite.problems(List.of(), Integer.MAX_VALUE)).isEqualTo(all);
    }

    @Test
    void fillsTheProblemInAsItIs() {
        Prompt prompt = new Prompt(Prompt.Style.CHAT, "Q: {problem}\nA:", List.of());
        assertThat(prompt.fill("$1 \\{problem}")).isEqualTo("Q: $1 \\{problem}\nA:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "name: small | shots: 4 | shots",
                "control: evaluation/control.txt | control: null | control: nothing was given",
                "name: small | name: &a small | anchor &a in line",
                "control: evaluation/control.txt | controls: none | controls",
                "max-tokens: 8 | max-tokens: 1.5 | max-tokens",
                "stop: [] | stop: [\"\"] | empty string was given",
                "name: small | name: other | Duplicate",
                "max-tokens: 8 | max-tokens: 0 | 0 was given, allowed is 1 or more",
                "max-tokens: 8 | max-tokens: many | many",
                "stop: [] | '' | stop",
                "extraction: boxed | extraction: guess | BOXED",
                "subjects: [algebra, number_theory] | subjects: [] | one or more",
                "subjects: [algebra, number_theory] | subjects: [algebra, algebra] | each once",
                "subjects: [algebra, number_theory] | subjects: [Number Theory] | allowed is"
                        + " number_theory",
                "  text: ~{problem}~ | '  text: solve' | {problem} in it",
            })
    void refusesABadFile(String line, String instead, String message) {
        String put = instead.replace("'", "");
        String yaml =
                line.startsWith("name")
                        ? SMALL + put + "\n"
                        : SMALL.replace(line.replace('~', '"').strip(), put.strip());
        assertThat(yaml).isNotEqualTo(SMALL);
        assertThatThrownBy(() -> Suite.parse(yaml, "mine.yaml"))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("mine.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnItemOfAnotherSubject() {
        Suite suite = Suite.parse(SMALL.replace("[algebra, number_theory]", "[algebra]"), "s.yaml");
        assertThatThrownBy(suite::problems)
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("item n1")
                .hasMessageContaining("Number Theory was given, allowed is one of [algebra]");
    }

    @Test
    void saysWhichResourceIsMissing() {
        Suite suite = Suite.parse(SMALL.replace("items.jsonl", "no-items.jsonl"), "s.yaml");
        assertThatThrownBy(suite::problems)
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("evaluation/no-items.jsonl");
    }
}
