package dev.stethos.inference;

import dev.stethos.gemma.FreeMemory;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.gemma.text.IncrementalDecoder;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.List;

/// A Gemma 3 model with a cache that this object owns; the model belongs to someone else.
final class GemmaDecoder implements Decoder {
    private final Gemma3Model model;
    private final KvCache cache;
    private final EngineOptions options;

    private GemmaDecoder(Gemma3Model model, EngineOptions options, KvCache cache) {
        this.model = model;
        this.options = options;
        this.cache = cache;
    }

    /// With shares of the free memory where the options leave bounds open, and a context no longer
    /// than fits into them.
    static GemmaDecoder open(Gemma3Model model, EngineOptions options) {
        long free = FreeMemory.bytes();
        long beside = Math.max(free / 8, free - model.computedBytes());
        long running =
                Math.min(
                        options.memory().running(beside),
                        model.cacheBytes(options.maxSequences(), options.maxLength()));
        int length = longest(model, options.maxLength(), running);
        EngineOptions fitted =
                options.withMaxLength(length)
                        .withMemory(new CacheMemory(running, options.memory().kept(beside)));
        return new GemmaDecoder(
                model, fitted, model.newCache(options.maxSequences(), length, running));
    }

    /// The longest context that a single sequence has room for.
    private static int longest(Gemma3Model model, int wanted, long bytes) {
        int fits = 1;
        int over = wanted + 1;
        while (over - fits > 1) {
            int middle = (fits + over) >>> 1;
            if (model.cacheBytes(1, middle) <= bytes) {
                fits = middle;
            } else {
                over = middle;
            }
        }
        if (fits < 2) {
            throw new IllegalArgumentException(
                    "KV memory: %d bytes are too few, a sequence of 2 tokens takes %d"
                            .formatted(bytes, model.cacheBytes(1, 2)));
        }
        return fits;
    }

    /// What was made of the options.
    EngineOptions options() {
        return options;
    }

    @Override
    public void start() {
        TorchRuntime.get().useThreads(model.threads());
    }

    @Override
    public int vocabSize() {
        return model.config().vocabSize();
    }

    @Override
    public int drawable() {
        return Math.min(vocabSize(), model.tokenizer().vocabSize());
    }

    @Override
    public float[] step(List<Row> rows) {
        try (Tensor logits =
                options.deterministic()
                        ? model.stepAlone(cache, rows, options.maxSequences())
                        : model.step(cache, rows)) {
            return logits.toFloats();
        }
    }

    @Override
    public void move(int from, int to, int length) {
        cache.move(from, to, length);
    }

    @Override
    public void reserve(int count, int length, int longest) {
        cache.reserve(count, length, longest);
    }

    @Override
    public long cacheBytes(int count, int length) {
        return model.cacheBytes(count, length);
    }

    @Override
    public int window() {
        return model.config().slidingWindow();
    }

    @Override
    public Kept save(int slot, int start, int tokens) {
        return new KeptTensor(cache.save(slot, start, tokens));
    }

    @Override
    public long savedBytes(int tokens) {
        return model.savedBytes(tokens);
    }

    @Override
    public void restore(int slot, List<Kept> parts) {
        cache.restore(slot, parts.stream().map(part -> ((KeptTensor) part).tensor()).toList());
    }

    @Override
    public TokenText newText() {
        return new GemmaText(model.tokenizer());
    }

    @Override
    public void close() {
        cache.close();
    }

    /// Entries of all layers.
    private record KeptTensor(Tensor tensor) implements Kept {
        @Override
        public void close() {
            tensor.close();
        }
    }

    private static final class GemmaText implements TokenText {
        private final IncrementalDecoder decoder;

        GemmaText(GemmaTokenizer tokenizer) {
            decoder = new IncrementalDecoder(tokenizer);
        }

        @Override
        public String add(int token) {
            return decoder.add(token);
        }

        @Override
        public String flush() {
            return decoder.flush();
        }
    }
}
