package dev.stethos.tiny.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProblemBankTest {
    private static final int TEST_ITEMS = 300;
    private static final int VALIDATION_ITEMS = 240;
    private static final long SEED = 1;

    private static List<MathItem> training(int perSubject) {
        List<MathItem> items = new ArrayList<>();
        for (Subject subject : Subject.values()) {
            for (int i = 0; i < perSubject; i++) {
                items.add(ProblemBank.training(subject, Draw.at(SEED, 5, subject.ordinal(), i)));
            }
        }
        return items;
    }

    @Test
    void answersAreWhatTheProblemsTextAsksFor() {
        List<MathItem> items = training(600);
        items.addAll(ProblemBank.heldOut(Split.TEST, TEST_ITEMS, SEED));
        for (MathItem item : items) {
            assertThat(item.answer()).as(item.toString()).isEqualTo(ReferenceSolver.solve(item));
        }
    }

    @Test
    void everyStepOfEverySolutionIsTrue() {
        for (MathItem item : training(600)) {
            assertThat(MathItem.unworked(item.solution())).as(item.toString()).isFalse();
            assertThat(ReferenceSolver.untrueSteps(item.solution())).as(item.toString()).isEmpty();
        }
    }

    @Test
    void everySubjectHasFourTemplatesOrMore() {
        for (Subject subject : Subject.values()) {
            assertThat(ProblemBank.templates(subject)).hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void heldOutPartsHaveTheSameNumberFromEveryTemplate() {
        Map<Split, Integer> sizes =
                Map.of(Split.TEST, TEST_ITEMS, Split.VALIDATION, VALIDATION_ITEMS);
        sizes.forEach((split, size) -> {
            List<MathItem> items = ProblemBank.heldOut(split, size, SEED);
            assertThat(items).hasSize(size * Subject.values().length);
            Map<String, Long> strata =
                    items.stream()
                            .collect(
                                    Collectors.groupingBy(
                                            MathItem::template, Collectors.counting()));
            for (Subject subject : Subject.values()) {
                long expected = size / ProblemBank.templates(subject).size();
                assertThat(strata)
                        .hasEntrySatisfying(
                                items.stream()
                                        .filter(item -> item.subject() == subject)
                                        .findFirst()
                                        .orElseThrow()
                                        .template(),
                                count -> assertThat(count).isEqualTo(expected));
            }
            assertThat(new HashSet<>(strata.values()).size()).isLessThanOrEqualTo(2);
        });
    }

    @Test
    void partsShareNoItemAndNoProblemText() {
        Set<String> test = texts(ProblemBank.heldOut(Split.TEST, TEST_ITEMS, SEED));
        Set<String> validation =
                texts(ProblemBank.heldOut(Split.VALIDATION, VALIDATION_ITEMS, SEED));
        assertThat(test).doesNotContainAnyElementsOf(validation);
        List<MathItem> training = training(2000);
        assertThat(training).allMatch(item -> item.split() == Split.TRAIN);
        Set<String> trained = texts(training);
        trained.retainAll(test);
        assertThat(trained).isEmpty();
        trained = texts(training);
        trained.retainAll(validation);
        assertThat(trained).isEmpty();
    }

    @Test
    void problemsThatDependOnLastDigitsAreSplitByLastDigits() {
        MathItem small = item(NumberTheory.templates().getFirst(), "12*13+14*15");
        MathItem large = item(NumberTheory.templates().getFirst(), "92*33+54*25");
        assertThat(small.id()).isEqualTo(large.id());
    }

    /// Draws until a problem's operands have the last digits of the given ones.
    private static MathItem item(Template template, String operands) {
        List<Integer> wanted = ReferenceSolver.numbers(operands).stream().map(n -> n % 10).toList();
        for (int i = 0; ; i++) {
            MathItem item = template.write(Draw.at(operands.hashCode(), i));
            if (ReferenceSolver.numbers(item.problem()).stream()
                    .map(n -> n % 10)
                    .toList()
                    .equals(wanted)) {
                return item;
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameItems() {
        assertThat(ProblemBank.heldOut(Split.TEST, 30, 9))
                .isEqualTo(ProblemBank.heldOut(Split.TEST, 30, 9))
                .isNotEqualTo(ProblemBank.heldOut(Split.TEST, 30, 10));
    }

    @Test
    void refusesStrataThatCannotBeEqual() {
        assertThatThrownBy(() -> ProblemBank.heldOut(Split.TEST, 31, SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31 items of PREALGEBRA");
        assertThatThrownBy(() -> ProblemBank.heldOut(Split.TRAIN, 30, SEED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void controlTextOfHeldOutPartsIsDistinctAndNotTrainedOn() {
        Set<String> test = new HashSet<>(ControlText.heldOut(Split.TEST, 300, SEED));
        Set<String> validation = new HashSet<>(ControlText.heldOut(Split.VALIDATION, 300, SEED));
        assertThat(test).hasSize(300).doesNotContainAnyElementsOf(validation);
        for (int i = 0; i < 3000; i++) {
            String trained = ControlText.training(Draw.at(SEED, 6, i));
            assertThat(test.contains(trained)).as(trained).isFalse();
        }
    }

    private static Set<String> texts(List<MathItem> items) {
        Function<MathItem, String> id = MathItem::id;
        Set<String> texts = items.stream().map(id).collect(Collectors.toSet());
        items.forEach(item -> texts.add(item.problem()));
        return texts;
    }
}
