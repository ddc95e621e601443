package dev.stethos.inference;

import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns one sequence's tokens into the text that may be sent: whole characters, nothing of a stop
/// string, and nothing yet that could become one. A token travels with the first character that it
/// adds; one whose text lies wholly inside the stop string is not sent.
final class TextStage {
    private final Decoder.TokenText tokenText;
    private final StopMatcher matcher;

    /// Text that is not sent yet, and tokens whose first character is in it or behind it.
    private final StringBuilder held = new StringBuilder();

    private final Deque<Held> heldTokens = new ArrayDeque<>();

    /// Length of all text before `held`.
    private long sent;

    private boolean stopped;

    TextStage(Decoder.TokenText tokenText, List<String> stops) {
        this.tokenText = tokenText;
        this.matcher = new StopMatcher(stops);
    }

    /// Takes a token; returns what may be sent now, if anything.
    @Nullable Text append(int token, @Nullable TokenLogprob logprob) {
        heldTokens.add(new Held(token, logprob, sent + held.length()));
        scan(tokenText.add(token));
        int ready = stopped ? held.length() : held.length() - matcher.pending();
        return ready > 0 ? send(ready) : null;
    }

    /// Takes a token that ends the sequence: it adds no text and goes out with what is held back.
    void appendEnd(int token, @Nullable TokenLogprob logprob) {
        heldTokens.add(new Held(token, logprob, sent + held.length()));
    }

    /// True once a stop string is complete; there is nothing to append or finish after it.
    boolean stopped() {
        return stopped;
    }

    /// Ends the text; returns what was held back, if anything. A stop string can still become
    /// complete here.
    @Nullable Text finish() {
        if (stopped) {
            return null;
        }
        scan(tokenText.flush());
        if (!stopped) {
            return held.isEmpty() && heldTokens.isEmpty()
                    ? null
                    : send(held.length(), heldTokens.size());
        }
        return held.isEmpty() ? null : send(held.length());
    }

    private void scan(String text) {
        for (int i = 0; i < text.length() && !stopped; i++) {
            held.append(text.charAt(i));
            int stop = matcher.accept(text.charAt(i));
            if (stop > 0) {
                stopped = true;
                held.setLength(held.length() - stop);
            }
        }
    }

    /// Sends `length` characters with the tokens that begin in them.
    private Text send(int length) {
        int tokens = 0;
        for (Held token : heldTokens) {
            if (token.start() >= sent + length) {
                break;
            }
            tokens++;
        }
        return send(length, tokens);
    }

    private Text send(int length, int tokenCount) {
        List<Integer> tokens = new ArrayList<>(tokenCount);
        List<TokenLogprob> logprobs = new ArrayList<>(tokenCount);
        for (int i = 0; i < tokenCount; i++) {
            Held token = heldTokens.remove();
            tokens.add(token.id());
            TokenLogprob logprob = token.logprob();
            if (logprob != null) {
                logprobs.add(logprob);
            }
        }
        String text = held.substring(0, length);
        held.delete(0, length);
        sent += length;
        return new Text(text, tokens, logprobs);
    }

    private record Held(int id, @Nullable TokenLogprob logprob, long start) {}
}
