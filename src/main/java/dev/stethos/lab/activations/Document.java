package dev.stethos.lab.activations;

import dev.stethos.gemma.text.GemmaTokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/// A tokenized document and the positions in it that count: not those of BOS, other control tokens
/// and chat markers (up to their line break, so that a turn's role is part of one). `kept` is
/// ascending. Do not change the arrays.
@SuppressWarnings("ArrayRecordComponent")
public record Document(String id, int[] tokens, int[] kept) {
    private static final Set<String> TURNS = Set.of("<start_of_turn>", "<end_of_turn>");

    public Document {
        if (id.isEmpty() || tokens.length == 0) {
            throw new IllegalArgumentException(
                    "document '%s' of %d tokens, allowed one or more".formatted(id, tokens.length));
        }
        for (int i = 0; i < kept.length; i++) {
            int least = i == 0 ? 0 : kept[i - 1] + 1;
            if (kept[i] < least || kept[i] >= tokens.length) {
                throw new IllegalArgumentException(
                        "document %s: kept position %d, allowed %d to %d"
                                .formatted(id, kept[i], least, tokens.length - 1));
            }
        }
    }

    /// The document with what counts found by the tokenizer.
    public static Document of(String id, int[] tokens, GemmaTokenizer tokenizer) {
        BitSet kept = new BitSet();
        boolean inMarker = false;
        for (int i = 0; i < tokens.length; i++) {
            boolean control = tokenizer.isControl(tokens[i]);
            if (control) {
                inMarker = TURNS.contains(tokenizer.spelling(tokens[i]));
            } else if (inMarker) {
                inMarker = !tokenizer.decode(new int[] {tokens[i]}).endsWith("\n");
            } else {
                kept.set(i);
            }
        }
        return new Document(id, tokens, kept.stream().toArray());
    }

    /// The kept positions that have a next token to predict.
    int[] scored() {
        return Arrays.stream(kept).filter(at -> at + 1 < tokens.length).toArray();
    }
}
