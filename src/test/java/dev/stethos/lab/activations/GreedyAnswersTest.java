package dev.stethos.lab.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.TinyModel;
import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tiny model's sliding window is shorter than the prompts.
final class GreedyAnswersTest {
    private static final int MOST = 20;
    private static final Set<Integer> NONE = Set.of();
    private static final List<int[]> PROMPTS =
            IntStream.of(13, 4, 30, 1, 13, 9, 22).mapToObj(GreedyAnswersTest::prompt).toList();

    @TempDir private Path folder;
    private Gemma3Model model;
    private GreedyAnswers greedy;

    @BeforeEach
    void open() {
        model = TinyModel.load(folder);
        greedy = new GreedyAnswers(model);
    }

    @AfterEach
    void close() {
        greedy.close();
        model.close();
    }

    private static int[] prompt(int length) {
        return IntStream.range(0, length).map(i -> 20 + (i * 37 + length * 11) % 300).toArray();
    }

    @Test
    void answersAreThoseOfTheServingDecoder() {
        List<int[]> answers = greedy.of(model.base(), PROMPTS, MOST, NONE, NONE);
        for (int i = 0; i < PROMPTS.size(); i++) {
            assertThat(answers.get(i)).isEqualTo(slow(model.base(), PROMPTS.get(i)));
        }
    }

    @Test
    void revisionsGiveTheirOwnAnswers() {
        List<int[]> ofBase = greedy.of(model.base(), PROMPTS, MOST, NONE, NONE);
        try (Revision edited = TinyModel.edited(model)) {
            List<int[]> answers = greedy.of(edited, PROMPTS, MOST, NONE, NONE);
            for (int i = 0; i < PROMPTS.size(); i++) {
                assertThat(answers.get(i)).isEqualTo(slow(edited, PROMPTS.get(i)));
            }
            assertThat(answers.toArray()).isNotEqualTo(ofBase.toArray());
            model.forget(edited);
        }
    }

    /// Ends at different steps, so that rows leave while others go on.
    @Test
    void everyRowStopsAtItsFirstEnd() {
        List<int[]> whole = greedy.of(model.base(), PROMPTS, MOST, NONE, NONE);
        Set<Integer> ends = Set.of(whole.get(0)[3], whole.get(2)[0], whole.get(3)[7]);
        List<int[]> answers = greedy.of(model.base(), PROMPTS, MOST, ends, NONE);
        for (int i = 0; i < PROMPTS.size(); i++) {
            int[] all = whole.get(i);
            int end = 0;
            while (end < MOST - 1 && !ends.contains(all[end])) {
                end++;
            }
            assertThat(answers.get(i)).isEqualTo(Arrays.copyOf(all, end + 1));
        }
        assertThat(answers.get(2)).hasSize(1);
    }

    @Test
    void noAnswerBeginsWithABannedToken() {
        int[] free = greedy.of(model.base(), List.of(PROMPTS.getFirst()), 1, NONE, NONE).getFirst();
        int[] other =
                greedy.of(model.base(), List.of(PROMPTS.getFirst()), 1, NONE, Set.of(free[0]))
                        .getFirst();
        assertThat(other[0]).isNotEqualTo(free[0]);
    }

    @Test
    void refusesWhatTheContextCannotHold() {
        assertThatThrownBy(() -> greedy.of(model.base(), List.of(prompt(120)), MOST, NONE, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prompt of 120 tokens and 20 new ones");
        assertThatThrownBy(() ->
                        greedy.of(
                                model.base(),
                                List.of(new int[] {TinyModel.VOCABULARY}),
                                MOST,
                                NONE,
                                NONE))
                .hasMessageContaining("token 400, allowed 0 to 399");
    }

    private int[] slow(Revision revision, int[] prompt) {
        List<Integer> tokens = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
        for (int step = 0; step < MOST; step++) {
            tokens.add(next(revision, tokens));
        }
        return tokens.subList(prompt.length, tokens.size()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private int next(Revision revision, List<Integer> tokens) {
        int[] all = tokens.stream().mapToInt(Integer::intValue).toArray();
        float[] logits;
        try (KvCache cache = model.newCache(1, all.length);
                Tensor last = model.step(cache, List.of(new Row(revision, 0, 0, all, 1)))) {
            logits = last.toFloats();
        }
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            best = logits[token] > logits[best] ? token : best;
        }
        return best;
    }
}
