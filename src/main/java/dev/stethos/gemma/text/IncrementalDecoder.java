package dev.stethos.gemma.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Turns one sequence's tokens into text as they arrive, whole characters only: bytes of a
/// character that is not complete yet wait for the next token. All returned pieces together equal
/// [GemmaTokenizer#decode] of all tokens. Not safe for use by several threads at once.
public final class IncrementalDecoder {
    private static final int LONGEST_CHARACTER = 4;

    private final GemmaTokenizer tokenizer;
    private final CharsetDecoder utf8 =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] waiting = {};

    public IncrementalDecoder(GemmaTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// The text that this token completes; empty for control tokens.
    public String add(int id) {
        byte[] added = tokenizer.sharedBytes(id);
        return added.length == 0 ? "" : decode(added, false);
    }

    /// U+FFFD for a character that never became complete, otherwise empty. The decoder can be used
    /// for another sequence afterwards.
    public String flush() {
        String rest = decode(new byte[0], true);
        utf8.reset();
        return rest;
    }

    private String decode(byte[] added, boolean end) {
        ByteBuffer in = ByteBuffer.allocate(waiting.length + added.length);
        in.put(waiting).put(added).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
        utf8.decode(in, out, end);
        if (end) {
            utf8.flush(out);
        }
        waiting = new byte[in.remaining()];
        in.get(waiting);
        return out.flip().toString();
    }
}
