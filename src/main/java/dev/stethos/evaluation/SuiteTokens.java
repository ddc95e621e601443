package dev.stethos.evaluation;

import dev.stethos.evaluation.suite.Prompt;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.text.ChatTemplate.Message;
import dev.stethos.gemma.text.GemmaTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a model is given in a suite: the tokens of problems and documents.
public record SuiteTokens(Gemma3Model model, Suite suite) {
    private static final String BOX = "\\boxed";

    /// The tokens that a problem is asked with.
    public int[] prompt(String problem) {
        Prompt prompt = suite.prompt();
        return switch (prompt.style()) {
            case CHAT -> model.chatTemplate().encode(conversation(prompt, problem), true);
            case TEXT -> afterBos(model.tokenizer().encode(prompt.fillWithShots(problem)));
        };
    }

    private static List<Message> conversation(Prompt prompt, String problem) {
        List<Message> messages = new ArrayList<>();
        for (Prompt.Shot shot : prompt.shots()) {
            messages.add(new Message("user", prompt.fill(shot.problem())));
            messages.add(new Message("assistant", shot.solution()));
        }
        messages.add(new Message("user", prompt.fill(problem)));
        return messages;
    }

    /// A document after BOS, cut to `most` tokens.
    public int[] document(String text, int most) {
        int[] whole = afterBos(model.tokenizer().encode(text));
        return Arrays.copyOf(whole, Math.min(whole.length, most));
    }

    private int[] afterBos(int[] text) {
        int[] tokens = new int[text.length + 1];
        tokens[0] = model.tokenizer().bos();
        System.arraycopy(text, 0, tokens, 1, text.length);
        return tokens;
    }

    /// Tokens that `\boxed` can begin with, blanks aside: an answer that begins with one shows no
    /// working.
    public Set<Integer> boxBeginnings() {
        GemmaTokenizer tokenizer = model.tokenizer();
        Set<Integer> beginnings = new HashSet<>();
        for (int id = 0; id < tokenizer.vocabSize(); id++) {
            String piece = new String(tokenizer.bytes(id), StandardCharsets.UTF_8).stripLeading();
            if (!piece.isEmpty() && (BOX.startsWith(piece) || piece.startsWith(BOX))) {
                beginnings.add(id);
            }
        }
        return Set.copyOf(beginnings);
    }
}
