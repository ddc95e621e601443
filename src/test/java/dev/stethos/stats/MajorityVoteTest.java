package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MajorityVoteTest {

    @Test
    void mostFrequentAnswerWins() {
        MajorityVote vote = MajorityVote.of(new int[] {0, 1, 1, -1, 0, 1});
        assertThat(vote).isEqualTo(new MajorityVote(1, 3, 6));
        assertThat(vote.agreement()).isEqualTo(0.5);
    }

    @Test
    void ofEquallyFrequentAnswersTheFirstWins() {
        assertThat(MajorityVote.of(new int[] {-1, 1, 2, 2, 1}).winner()).isEqualTo(1);
    }

    @Test
    void nobodyWinsWithoutAnswers() {
        assertThat(MajorityVote.of(new int[] {-1, -1})).isEqualTo(new MajorityVote(-1, 0, 2));
        assertThat(MajorityVote.of(new int[0]).agreement()).isZero();
    }

    @Test
    void refusesAVoteForALaterSample() {
        assertThatThrownBy(() -> MajorityVote.of(new int[] {1, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vote of sample 0: 1");
        assertThatThrownBy(() -> MajorityVote.of(new int[] {0, 0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vote of sample 2: 1");
    }
}
