package dev.stethos.openai;

import java.util.ArrayList;
import java.util.List;

/// Where the tokens of one choice begin in its text, in UTF-16 characters. Takes text and tokens
/// piece by piece; a token may begin in one piece and end in the next.
final class TokenOffsets {
    private long textBytes;
    private long tokenBytes;
    private int characters;

    /// Takes the next piece of text and the tokens that begin in it, by the number of bytes that
    /// each adds; returns where each begins.
    List<Integer> add(String text, List<Integer> tokenLengths) {
        int[] starts = characterOfByte(text);
        List<Integer> offsets = new ArrayList<>();
        for (int length : tokenLengths) {
            long at = Math.clamp(tokenBytes - textBytes, 0, starts.length - 1);
            offsets.add(characters + starts[(int) at]);
            tokenBytes += length;
        }
        textBytes += starts.length - 1;
        characters += text.length();
        return offsets;
    }

    /// For each byte of the text in UTF-8, and for its end, the character that it belongs to.
    private static int[] characterOfByte(String text) {
        int[] starts = new int[bytes(text) + 1];
        int at = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            for (int k = 0; k < width(text.codePointAt(i)); k++) {
                starts[at++] = i;
            }
        }
        starts[at] = text.length();
        return starts;
    }

    private static int bytes(String text) {
        return text.codePoints().map(TokenOffsets::width).sum();
    }

    private static int width(int point) {
        if (point < 0x80) {
            return 1;
        } else if (point < 0x800) {
            return 2;
        }
        return point < 0x10000 ? 3 : 4;
    }
}
