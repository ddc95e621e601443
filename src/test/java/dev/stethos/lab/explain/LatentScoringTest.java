package dev.stethos.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.lab.activations.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Tokens of 100 and more are those on which the latent fires, with strength token - 99. Every
/// document starts with its own number.
final class LatentScoringTest {
    private static final int LATENT = 7;
    private static final LatentActivity ACTIVITY = activity();

    private static LatentActivity activity() {
        List<LatentActivity.Heard> heard = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean fires = i % 4 < 2;
            int last = fires ? 100 + i / 4 : 50;
            int[] tokens = {1000 + i, 1, 2, last, 3};
            Document document = new Document("d" + i, tokens, new int[] {1, 2, 3, 4});
            heard.add(
                    new LatentActivity.Heard(
                            document,
                            fires
                                    ? Map.of(LATENT, new LatentActivity.Peak(3, last - 99))
                                    : Map.of()));
        }
        return new LatentActivity(
                heard,
                tokens ->
                        Arrays.stream(tokens)
                                .mapToObj(token -> " t" + token)
                                .collect(Collectors.joining()));
    }

    private static int lastToken(String question) {
        return Integer.parseInt(
                question.substring(question.lastIndexOf(" t") + 2).replace(">>", ""));
    }

    private static LatentScore score(Judge judge) {
        return new LatentScoring(ACTIVITY, judge, 5, 8, 1).score(LATENT);
    }

    private static String truth(String question) {
        if (question.contains("in one sentence")) {
            return "tokens of a hundred and more";
        }
        int token = lastToken(question);
        return question.contains("0 (not at all)")
                ? "I say " + (token - 99) + "."
                : token >= 100 ? "1" : "0";
    }

    @Test
    void aJudgeThatKnowsScoresFull() {
        LatentScore score = score(LatentScoringTest::truth);
        assertThat(score)
                .isEqualTo(new LatentScore(LATENT, "tokens of a hundred and more", 1, 1, 0));
    }

    @Test
    void aJudgeThatTurnsThingsRoundScoresTheOpposite() {
        LatentScore score =
                score(question -> {
                    if (question.contains("0 (not at all)")) {
                        return String.valueOf(110 - lastToken(question));
                    }
                    return truth(question).equals("1") ? "0" : "1";
                });
        assertThat(score.fuzzing()).isCloseTo(-1, within(1e-12));
        assertThat(score.detection()).isZero();
    }

    @Test
    void aConstantJudgeScoresChance() {
        LatentScore score = score(_ -> "1");
        assertThat(score.fuzzing()).isZero();
        assertThat(score.detection()).isEqualTo(0.5);
        assertThat(score.unclear()).isZero();
    }

    /// Words are unclear everywhere; 12 is no strength.
    @Test
    void unclearAnswersAreCountedAndWrong() {
        LatentScore score = score(question -> question.contains("not at all") ? "12" : "perhaps");
        assertThat(score.fuzzing()).isZero();
        assertThat(score.detection()).isZero();
        assertThat(score.unclear()).isEqualTo(24);
    }

    @Test
    void explanationsAndScoresComeFromOtherDocuments() {
        ConcurrentLinkedQueue<String> questions = new ConcurrentLinkedQueue<>();
        LatentScore _ =
                score(question -> {
                    questions.add(question);
                    return "1";
                });
        for (String question : questions) {
            int held = question.contains("in one sentence") ? 0 : 1;
            assertThat(
                            IntStream.range(0, 40)
                                    .filter(i -> question.contains("t" + (1000 + i) + " ")))
                    .isNotEmpty()
                    .allMatch(i -> i % 2 == held);
        }
        assertThat(questions).hasSize(1 + 3 * 8);
        assertThat(questions.peek()).contains("[10] ", "<< t109>>");
    }

    @Test
    void onlyLatentsWithEnoughHeldOutContextsAreExplainable() {
        assertThat(ACTIVITY.explainable(10)).containsExactly(LATENT);
        assertThat(ACTIVITY.explainable(11)).isEmpty();
    }

    @Test
    void theJudgesRefusalIsTheRunsEnd() {
        assertThatThrownBy(() ->
                        score(question -> {
                            if (question.contains("in one sentence")) {
                                return "x";
                            }
                            throw new JudgeException("judge: no");
                        }))
                .isInstanceOf(JudgeException.class)
                .hasMessage("judge: no");
    }
}
