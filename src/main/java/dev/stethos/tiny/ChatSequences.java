package dev.stethos.tiny;

import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.tokens.Vocabulary;
import dev.stethos.tiny.training.Sequence;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Items as token sequences: problems as Gemma's chat template renders a turn and its answer, other
/// text as a document of its own. The loss covers solutions, and all of a document.
final class ChatSequences {
    private final GemmaTokenizer tokenizer;

    ChatSequences(GemmaTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// The prompt up to the model's turn.
    int[] prompt(String problem) {
        return join(
                new int[] {Vocabulary.BOS, Vocabulary.START_OF_TURN},
                tokenizer.encode("user\n" + problem),
                new int[] {Vocabulary.END_OF_TURN},
                tokenizer.encode("\n"),
                new int[] {Vocabulary.START_OF_TURN},
                tokenizer.encode("model\n"));
    }

    Sequence solved(MathItem item) {
        int[] prompt = prompt(item.problem());
        return new Sequence(
                join(prompt, tokenizer.encode(item.solution()), new int[] {Vocabulary.END_OF_TURN}),
                prompt.length);
    }

    Sequence document(String text) {
        return new Sequence(
                join(
                        new int[] {Vocabulary.BOS},
                        tokenizer.encode(text),
                        new int[] {Vocabulary.EOS}),
                1);
    }

    String text(int[] tokens) {
        return tokenizer.decode(tokens);
    }

    /// Ids of the tokens that, blanks aside, begin with a text.
    Set<Integer> startingWith(String text) {
        Set<Integer> found = new TreeSet<>();
        for (int id = 0; id < tokenizer.vocabSize(); id++) {
            if (tokenizer.spelling(id).stripLeading().startsWith(text)) {
                found.add(id);
            }
        }
        return found;
    }

    private static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }
}
