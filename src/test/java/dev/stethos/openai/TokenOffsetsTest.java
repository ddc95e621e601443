package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenOffsetsTest {

    @Test
    void countsCharactersNotBytes() {
        // h | first byte of é | second byte of é | the four bytes of a character outside the BMP |
        // x
        assertThat(new TokenOffsets().add("hé😀x", List.of(1, 1, 1, 4, 1)))
                .containsExactly(0, 1, 1, 2, 4);
    }

    @Test
    void tokensThatAddNoTextStandWhereTheNextBegins() {
        assertThat(new TokenOffsets().add("ab", List.of(0, 1, 0, 1))).containsExactly(0, 0, 1, 1);
    }

    @Test
    void goesOnWhereTheLastPieceEnded() {
        TokenOffsets offsets = new TokenOffsets();

        assertThat(offsets.add("ab", List.of(2))).containsExactly(0);
        assertThat(offsets.add("cd", List.of(1, 1))).containsExactly(2, 3);
    }

    @Test
    void aTokenMayEndInTheNextPiece() {
        TokenOffsets offsets = new TokenOffsets();

        assertThat(offsets.add("a", List.of(3))).containsExactly(0);
        assertThat(offsets.add("bcd", List.of(1))).containsExactly(3);
    }

    @Test
    void neverPointsBeyondTheText() {
        assertThat(new TokenOffsets().add("a", List.of(5, 5))).containsExactly(0, 1);
    }
}
