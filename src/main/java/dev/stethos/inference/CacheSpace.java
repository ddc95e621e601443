package dev.stethos.inference;

import dev.stethos.inference.BatchStep.Part;
import java.util.List;
import org.jboss.logging.Logger;

/// The memory of the cache: which sequences it has room for, and what it keeps of prompts. Every
/// sequence that runs has room for its prompt and all that it may generate, so none has to stop for
/// want of memory. Used by the device thread only.
final class CacheSpace implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CacheSpace.class);

    /// Tokens of a block of kept prompts, where nothing asks for fewer.
    private static final int BLOCK = 64;

    private final Decoder decoder;
    private final long limit;
    private final boolean keeps;
    private final boolean deterministic;
    private final int chunk;
    private final PrefixCache prefixes;

    /// The options' memory has bounds.
    CacheSpace(Decoder decoder, EngineOptions options, CacheMetrics metrics) {
        this.decoder = decoder;
        long most = decoder.cacheBytes(options.maxSequences(), options.maxLength());
        limit = Math.min(options.memory().running(0), most);
        metrics.bounds(limit, options.memory().kept(0));
        keeps = options.memory().kept(0) > 0;
        deterministic = options.deterministic();
        chunk =
                keeps && !deterministic
                        ? Math.min(options.prefillChunk(), decoder.window())
                        : options.prefillChunk();
        prefixes = new PrefixCache(decoder, blockSize(), options.memory().kept(0), metrics);
    }

    /// A prompt's pieces end at multiples of this, or at its end, so that what is kept was computed
    /// as it would be without what is kept; in the deterministic mode to the last bit.
    private int blockSize() {
        return deterministic ? chunk : Math.min(BLOCK, chunk);
    }

    /// How many of at most `allowed` prompt tokens the sequence's next piece has; it may be none.
    /// Layers must still have a whole piece when it is kept.
    int piece(Sequence sequence, int allowed) {
        int left = sequence.promptLeft();
        if (!keeps || sequence.scoresPrompt()) {
            return Math.min(left, allowed);
        }
        int most = Math.min(allowed, chunk);
        int computed = sequence.computed();
        return left <= most ? left : (computed + most) / blockSize() * blockSize() - computed;
    }

    /// Whether there is room for one more.
    boolean admits(List<Sequence> running, Sequence next) {
        return bytes(running.size() + 1, Math.max(longest(running), next.longest())) <= limit;
    }

    /// What the running sequences may need.
    long granted(List<Sequence> running) {
        return running.isEmpty() ? 0 : bytes(running.size(), longest(running));
    }

    private long bytes(int count, int length) {
        return decoder.cacheBytes(count, length);
    }

    private static int longest(List<Sequence> running) {
        return running.stream().mapToInt(Sequence::longest).max().orElse(0);
    }

    /// Gives the last of the running sequences, a new one, what is kept of its prompt.
    void open(List<Sequence> running) {
        Sequence sequence = running.getLast();
        if (!keeps || sequence.scoresPrompt()) {
            return;
        }
        try {
            reserve(running, sequence.promptLeft());
            sequence.reuse(
                    prefixes.restore(sequence.revision(), sequence.prompt(), sequence.slot()));
        } catch (RuntimeException e) {
            LOG.error("a kept prompt could not be used; it is computed again", e);
        }
    }

    /// Makes room for a step.
    void reserve(List<Sequence> running, BatchStep step) {
        int end = 0;
        for (Part part : step.parts()) {
            end = Math.max(end, part.row().start() + part.row().tokens().length);
        }
        reserve(running, end);
    }

    private void reserve(List<Sequence> running, int length) {
        int now = length;
        for (Sequence sequence : running) {
            now = Math.max(now, sequence.computed());
        }
        decoder.reserve(running.size(), now, longest(running));
    }

    /// Keeps what a step has computed of a prompt.
    void keep(Part part) {
        Sequence sequence = part.sequence();
        int start = part.row().start();
        if (!keeps
                || sequence.scoresPrompt()
                || sequence.failed()
                || start >= sequence.prompt().length) {
            return;
        }
        try {
            prefixes.keep(
                    sequence.revision(),
                    sequence.prompt(),
                    part.row().slot(),
                    start,
                    start + part.row().tokens().length);
        } catch (RuntimeException e) {
            LOG.error("a prompt could not be kept", e);
        }
    }

    void move(int from, int to, int length) {
        decoder.move(from, to, length);
    }

    /// Drops what is kept of a revision's prompts.
    void forget(String revisionId) {
        prefixes.forget(revisionId);
    }

    @Override
    public void close() {
        prefixes.close();
    }
}
