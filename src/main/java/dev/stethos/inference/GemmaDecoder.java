package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.GemmaTokenizer;
import dev.stethos.gemma.IncrementalDecoder;
import dev.stethos.gemma.KvCache;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.List;

/// A Gemma 3 model with a cache that this object owns; the model belongs to someone else.
final class GemmaDecoder implements Decoder {
    private final Gemma3Model model;
    private final KvCache cache;
    private final boolean deterministic;

    GemmaDecoder(Gemma3Model model, EngineOptions options) {
        this.model = model;
        this.deterministic = options.deterministic();
        this.cache = model.newCache(options.maxSequences(), options.maxLength());
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
                deterministic
                        ? model.stepAlone(cache, rows, cache.slots())
                        : model.step(cache, rows)) {
            return logits.toFloats();
        }
    }

    @Override
    public void move(int from, int to, int length) {
        cache.move(from, to, length);
    }

    @Override
    public TokenText newText() {
        return new GemmaText(model.tokenizer());
    }

    @Override
    public void close() {
        cache.close();
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
