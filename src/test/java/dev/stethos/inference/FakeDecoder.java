package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A model whose logits are random but depend on the revision and every token before, as a real
/// model's do. Its cache refuses rows that do not continue what their slot holds. Token 0 is `a`,
/// and so on; token [#VOCABULARY] - 1 is a control token without text. Revision `broken` gives no
/// numbers.
final class FakeDecoder implements Decoder {
    static final int VOCABULARY = 12;
    static final int WINDOW = 16;

    /// Steps begun, that which waits for its permit included.
    final ConcurrentLinkedQueue<List<Row>> steps = new ConcurrentLinkedQueue<>();

    /// Tokens that are kept outside of the slots.
    final AtomicLong keptTokens = new AtomicLong();

    /// What the slots' room has taken at most.
    volatile long mostReserved;

    private final List<List<Integer>> cache = new ArrayList<>();
    private final Semaphore permits;
    private volatile Consumer<List<Row>> fault = rows -> {};
    private volatile boolean moveFails;
    private volatile boolean closed;

    private FakeDecoder(int slots, int permits) {
        this.permits = new Semaphore(permits);
        for (int slot = 0; slot < slots; slot++) {
            cache.add(new ArrayList<>());
        }
    }

    static FakeDecoder free(int slots) {
        return new FakeDecoder(slots, Integer.MAX_VALUE / 2);
    }

    /// Computes no step before [#allow].
    static FakeDecoder held(int slots) {
        return new FakeDecoder(slots, 0);
    }

    void allow(int moreSteps) {
        permits.release(moreSteps);
    }

    /// Runs before every step; it may throw.
    void fault(Consumer<List<Row>> newFault) {
        fault = newFault;
    }

    void failMoves(boolean fail) {
        moveFails = fail;
    }

    /// The tokens that a slot holds.
    List<Integer> content(int slot) {
        return cache.get(slot);
    }

    boolean closed() {
        return closed;
    }

    @Override
    public int vocabSize() {
        return VOCABULARY;
    }

    @Override
    public int drawable() {
        return VOCABULARY;
    }

    @Override
    public float[] step(List<Row> rows) {
        steps.add(rows);
        permits.acquireUninterruptibly();
        fault.accept(rows);
        int count = rows.stream().mapToInt(Row::logits).sum();
        float[] logits = new float[count * VOCABULARY];
        int at = 0;
        for (Row row : rows) {
            List<Integer> tokens = cache.get(row.slot());
            if (row.start() > tokens.size()) {
                throw new TorchException("slot " + row.slot() + " holds less than " + row.start());
            }
            tokens.subList(row.start(), tokens.size()).clear();
            for (int i = 0; i < row.tokens().length; i++) {
                tokens.add(row.tokens()[i]);
                if (row.tokens().length - i <= row.logits()) {
                    float[] one = logits(row.revision().id(), tokens);
                    System.arraycopy(one, 0, logits, at, VOCABULARY);
                    at += VOCABULARY;
                }
            }
        }
        return logits;
    }

    @Override
    public void move(int from, int to, int length) {
        if (moveFails) {
            throw new TorchException("move from " + from + " to " + to);
        }
        cache.set(to, new ArrayList<>(cache.get(from).subList(0, length)));
        cache.get(from).clear();
    }

    /// One byte a token.
    @Override
    public long cacheBytes(int count, int length) {
        return (long) count * length;
    }

    @Override
    public void reserve(int count, int length, int longest) {
        if (count > cache.size() || length > longest) {
            throw new TorchException("no room for " + count + " of " + length);
        }
        mostReserved = Math.max(mostReserved, cacheBytes(count, longest));
    }

    @Override
    public int window() {
        return WINDOW;
    }

    @Override
    public Kept save(int slot, int start, int tokens) {
        List<Integer> held = cache.get(slot);
        FakeKept kept = new FakeKept(this, List.copyOf(held.subList(start, start + tokens)));
        keptTokens.addAndGet(tokens);
        return kept;
    }

    @Override
    public long savedBytes(int tokens) {
        return tokens;
    }

    @Override
    public void restore(int slot, List<Kept> parts) {
        List<Integer> held = cache.get(slot);
        held.clear();
        parts.forEach(part -> held.addAll(((FakeKept) part).tokens()));
    }

    private record FakeKept(FakeDecoder decoder, List<Integer> tokens) implements Kept {
        @Override
        public void close() {
            decoder.keptTokens.addAndGet(-tokens.size());
        }
    }

    @Override
    public TokenText newText() {
        return new TokenText() {
            @Override
            public String add(int token) {
                return letter(token);
            }

            @Override
            public String flush() {
                return "";
            }
        };
    }

    @Override
    public void close() {
        closed = true;
    }

    /// What the model gives after `tokens`.
    static float[] logits(String revision, List<Integer> tokens) {
        if (revision.equals("broken")) {
            float[] broken = new float[VOCABULARY];
            Arrays.fill(broken, Float.NaN);
            return broken;
        }
        SplittableRandom random =
                new SplittableRandom(31L * tokens.hashCode() + revision.hashCode());
        float[] logits = new float[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = (float) (8 * random.nextDouble() - 4);
        }
        return logits;
    }

    /// The greedy continuation of a prompt, computed without an engine.
    static List<Integer> greedy(String revision, int[] prompt, int count) {
        List<Integer> tokens = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
        for (int i = 0; i < count; i++) {
            float[] logits = logits(revision, tokens);
            int best = 0;
            for (int id = 1; id < VOCABULARY; id++) {
                best = logits[id] > logits[best] ? id : best;
            }
            tokens.add(best);
        }
        return tokens.subList(prompt.length, tokens.size());
    }

    static String text(List<Integer> tokens) {
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> text.append(letter(token)));
        return text.toString();
    }

    static String letter(int token) {
        return token == VOCABULARY - 1 ? "" : String.valueOf((char) ('a' + token));
    }
}
