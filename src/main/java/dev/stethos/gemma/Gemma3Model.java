package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A checkpoint folder made ready to run: configuration, tokenizer, chat template, defaults, the
/// decoder program and the base revision, whose weights are mapped from the files. Owns all of
/// them.
public final class Gemma3Model implements AutoCloseable {
    /// Up to this size a copy of the weights costs less than many small operations in every step.
    private static final long FUSED_BYTES = 1L << 30;

    /// Up to this size one thread is done before several have been woken.
    private static final long ONE_THREAD_BYTES = 64L << 20;

    private final Gemma3Config config;
    private final GemmaTokenizer tokenizer;
    private final ChatTemplate chatTemplate;
    private final GenerationDefaults generationDefaults;
    private final Checkpoint checkpoint;
    private final ScalarType weightType;
    private final ScalarType computeType;
    private final int threads;
    private final Revision base;
    private final Gemma3Program program;
    private final WeightPacks packs;

    private Gemma3Model(
            Path folder,
            String id,
            ComputeType compute,
            long fusedBytes,
            GemmaTokenizer tokenizer,
            Checkpoint checkpoint) {
        this.tokenizer = tokenizer;
        this.checkpoint = checkpoint;
        config = Gemma3Config.read(folder.resolve("config.json"));
        if (tokenizer.vocabSize() > config.vocabSize()) {
            throw new InvalidModelException(
                    "tokenizer.json has %d ids, config.json gives a vocab_size of %d"
                            .formatted(tokenizer.vocabSize(), config.vocabSize()));
        }
        generationDefaults = GenerationDefaults.read(folder);
        chatTemplate = ChatTemplate.read(folder, tokenizer);
        WeightLayout layout = new WeightLayout(config);
        CheckpointWeights weights = new CheckpointWeights(checkpoint, layout);
        weightType = weights.type();
        computeType = compute.of(weightType, weights.bytes(), TorchRuntime.get().device());
        threads = weights.bytes() <= ONE_THREAD_BYTES ? 1 : TorchRuntime.get().threads();
        boolean fused = computeType != weightType || weights.bytes() <= fusedBytes;
        ProgramLayout programLayout = new ProgramLayout(config, computeType, fused);
        program = new Gemma3Program(config, programLayout, computeType);
        packs = new WeightPacks(layout, programLayout, weightType, program.source());
        try {
            base = Revision.base(id, weights.load());
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
    }

    /// Opens and checks the whole folder; `cache` is where content hashes are kept between starts.
    /// What is wrong with it is an [InvalidModelException], or for the weights files themselves an
    /// exception of the weights package.
    public static Gemma3Model load(Path folder, Path cache, ComputeType compute) {
        return load(folder, cache, compute, FUSED_BYTES);
    }

    /// Weights of more than `fusedBytes` are fused only when they are copied anyway.
    static Gemma3Model load(Path folder, Path cache, ComputeType compute, long fusedBytes) {
        CompletableFuture<GemmaTokenizer> tokenizer =
                CompletableFuture.supplyAsync(
                        () -> GemmaTokenizer.open(folder),
                        task -> Thread.ofPlatform().name("stethos-tokenizer").daemon().start(task));
        try {
            return load(folder, cache, compute, fusedBytes, tokenizer);
        } catch (RuntimeException e) {
            CompletableFuture<Void> _ = tokenizer.thenAccept(GemmaTokenizer::close);
            throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause
                    ? cause
                    : e;
        }
    }

    /// Whatever takes time is done before it waits for the tokenizer.
    private static Gemma3Model load(
            Path folder,
            Path cache,
            ComputeType compute,
            long fusedBytes,
            CompletableFuture<GemmaTokenizer> tokenizer) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        try {
            TorchRuntime _ = TorchRuntime.get();
            String id = Fingerprint.ofCheckpoint(checkpoint, cache);
            return new Gemma3Model(folder, id, compute, fusedBytes, tokenizer.join(), checkpoint);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    public Gemma3Config config() {
        return config;
    }

    public GemmaTokenizer tokenizer() {
        return tokenizer;
    }

    public ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    public GenerationDefaults generationDefaults() {
        return generationDefaults;
    }

    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /// The unedited weights; its id covers the configuration and every shard's content.
    public Revision base() {
        return base;
    }

    /// BF16 when every weight is stored so, otherwise F32.
    public ScalarType weightType() {
        return weightType;
    }

    /// What the decoder computes in; as wide as the weights or wider.
    public ScalarType computeType() {
        return computeType;
    }

    /// Threads that one operation of a step should use.
    public int threads() {
        return threads;
    }

    /// A cache with room for `slots` sequences of up to `maxLength` tokens each.
    public KvCache newCache(int slots, int maxLength) {
        KvCache cache = newCache(slots, maxLength, Long.MAX_VALUE);
        cache.reserve(slots, maxLength, maxLength);
        return cache;
    }

    /// A cache that has room for nothing yet, and for no more than this.
    public KvCache newCache(int slots, int maxLength, long bytes) {
        return program.newCache(slots, maxLength, bytes);
    }

    /// What a cache with room for `slots` sequences of `length` tokens takes.
    public long cacheBytes(int slots, int length) {
        return program.cacheCost().bytes(slots, length);
    }

    /// What a copy of one sequence's entries for so many tokens takes.
    public long savedBytes(int tokens) {
        return program.cacheCost().perToken() * config.layers() * tokens;
    }

    /// What all weights take in the type that the decoder computes in.
    public long computedBytes() {
        return base.bytes() / weightType.bytes() * computeType.bytes();
    }

    /// Runs one step on the device thread: every row's new tokens go through the decoder, their
    /// keys and values into the cache. Returns F32 logits `[requested positions, vocabSize]`, in
    /// row order and within a row in token order. Rows may name different revisions of this model.
    ///
    /// The rows with exactly one new token may come first and then occupy slots 0, 1, 2, ... in
    /// order; that lets attention read the cache without gathering. Any other slots are legal.
    public Tensor step(KvCache cache, List<Row> rows) {
        StepPlan plan = StepPlan.of(rows, config.vocabSize(), cache.slots(), cache.maxLength());
        return program.step(cache, packs.get(plan.revisions()), plan);
    }

    /// The same for rows of one revision, computed so that what a row gives is bit for bit the same
    /// whatever the other rows are and whatever its place among them: products have `tokens` rows,
    /// or as many as there are tokens if those are more, and every row attends alone. Slower than
    /// [#step].
    public Tensor stepAlone(KvCache cache, List<Row> rows, int tokens) {
        StepPlan plan =
                StepPlan.padded(rows, tokens, config.vocabSize(), cache.slots(), cache.maxLength());
        int wanted = rows.stream().mapToInt(Row::logits).sum();
        try (Tensor all = program.step(cache, packs.get(plan.revisions()), plan)) {
            return all.slice(0, wanted, config.vocabSize());
        }
    }

    /// Drops what steps have kept of a revision that will not run again, so that closing it frees
    /// its memory. Safe from any thread while no step runs the revision.
    public void forget(Revision revision) {
        packs.forget(revision);
    }

    /// One sequence's share of a step: `tokens` to append at position `start` of `slot`, and for
    /// how many of the last of them logits are wanted (0 to all).
    @SuppressWarnings("ArrayRecordComponent")
    public record Row(Revision revision, int slot, int start, int[] tokens, int logits) {
        public Row {
            if (start < 0 || tokens.length == 0 || logits < 0 || logits > tokens.length) {
                throw new IllegalArgumentException(
                        "row in slot %d: start %d, %d tokens, %d logits"
                                .formatted(slot, start, tokens.length, logits));
            }
        }
    }

    @Override
    public void close() {
        packs.close();
        base.close();
        program.close();
        tokenizer.close();
        checkpoint.close();
    }
}
