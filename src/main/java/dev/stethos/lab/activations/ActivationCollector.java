package dev.stethos.lab.activations;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.lab.activations.ForwardProgram.Replacement;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs documents through a model and gives what is asked for. All hookpoints come from one pass;
/// documents run in batches of about `tokensPerBatch` tokens, in the given order, so that memory
/// does not grow with their number. Deterministic for a number of threads. Used by one thread at a
/// time; close it before the model.
public final class ActivationCollector implements AutoCloseable {
    private static final int TOKENS_PER_BATCH = 4_096;
    private static final SortedSet<Hookpoint> NONE = new TreeSet<>();

    private final Gemma3Config config;
    private final ForwardProgram program;
    private final int tokensPerBatch;

    public ActivationCollector(Gemma3Model model, int tokensPerBatch) {
        if (tokensPerBatch < 1) {
            throw new IllegalArgumentException(
                    "batches of " + tokensPerBatch + " tokens, allowed 1 or more");
        }
        config = model.config();
        program = new ForwardProgram(model);
        this.tokensPerBatch = tokensPerBatch;
    }

    public ActivationCollector(Gemma3Model model) {
        this(model, TOKENS_PER_BATCH);
    }

    /// What a pass over these documents takes while it runs.
    public PassCost cost(List<Document> documents) {
        return PassCost.of(config, batches(documents));
    }

    /// The documents' activations, computed batch by batch as the stream is read. The revision must
    /// stay open until then.
    public Stream<DocumentActivations> collect(
            Revision revision, List<Document> documents, Set<Hookpoint> hookpoints) {
        SortedSet<Hookpoint> wanted = new TreeSet<>(hookpoints);
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("no hookpoint was given, allowed is one or more");
        }
        wanted.forEach(this::check);
        check(documents);
        int end = wanted.last().layer() + 1;
        List<List<Document>> batches = batches(documents);
        return inTurn(
                batches.size(),
                number -> {
                    Passed passed = pass(revision, batches.get(number), null, 0, end, wanted);
                    passed.residual().close();
                    return passed.documents();
                });
    }

    /// What `pass` gives for each of so many batches, worked out as the stream is read.
    static Stream<DocumentActivations> inTurn(
            int batches, IntFunction<List<DocumentActivations>> pass) {
        return IntStream.range(0, batches).mapToObj(pass).flatMap(List::stream);
    }

    /// What the documents of one batch gave, and the residual stream `[documents, tokens, hidden]`
    /// behind the last layer, which the caller closes.
    record Passed(List<DocumentActivations> documents, Tensor residual) {}

    /// Runs one batch through layers `first` up to `end`, from the residual stream before them or,
    /// where that is null, from its tokens; closes `from`.
    Passed pass(
            Revision revision,
            List<Document> documents,
            @Nullable Tensor from,
            int first,
            int end,
            SortedSet<Hookpoint> wanted) {
        try (Batch batch = new Batch(documents);
                TensorList weights = program.weights(revision);
                Tensor start = from == null ? program.embed(batch, weights) : from) {
            List<Tensor> found = program.layers(start, first, end, batch, weights, wanted, null);
            try {
                return new Passed(
                        DocumentActivations.split(documents, wanted, found), found.getLast());
            } catch (RuntimeException | Error e) {
                found.forEach(Tensor::close);
                throw e;
            }
        }
    }

    /// The documents in the groups that go through the model together, in order.
    List<List<Document>> batches(List<Document> documents) {
        return Batch.split(documents, tokensPerBatch);
    }

    /// Per document, the loss in nats of the token after every kept position that has one.
    public List<float[]> losses(Revision revision, List<Document> documents) {
        return scored(
                documents,
                (batch, losses) -> {
                    try (TensorList weights = program.weights(revision);
                            Tensor embedded = program.embed(batch, weights)) {
                        losses.add(lossesAfter(embedded, 0, batch, weights, null), batch);
                    }
                });
    }

    /// The same with the kept rows of one hookpoint replaced by what `change` makes of them; it
    /// gets and returns `[rows, width]` of a whole batch.
    public List<float[]> losses(
            Revision revision,
            List<Document> documents,
            Hookpoint at,
            UnaryOperator<Activations> change) {
        check(at);
        return scored(
                documents,
                (batch, losses) -> {
                    try (TensorList weights = program.weights(revision);
                            Tensor embedded = program.embed(batch, weights);
                            Tensor before = through(embedded, 0, at.layer(), batch, weights)) {
                        try (Tensor rows = changed(before, at, batch, weights, change)) {
                            Replacement spliced = new Replacement(at, rows);
                            losses.add(
                                    lossesAfter(before, at.layer(), batch, weights, spliced),
                                    batch);
                        }
                    }
                });
    }

    private Tensor changed(
            Tensor before,
            Hookpoint at,
            Batch batch,
            TensorList weights,
            UnaryOperator<Activations> change) {
        SortedSet<Hookpoint> wanted = new TreeSet<>(Set.of(at));
        List<Tensor> found =
                program.layers(before, at.layer(), at.layer() + 1, batch, weights, wanted, null);
        try {
            Activations given = Activations.of(found.getFirst());
            Activations made = change.apply(given);
            if (made.width() != given.width() || made.rows() != given.rows()) {
                throw new IllegalArgumentException(
                        "replacement at %s: %d rows of %d, allowed are %d rows of %d"
                                .formatted(
                                        at,
                                        made.rows(),
                                        made.width(),
                                        given.rows(),
                                        given.width()));
            }
            return made.toTensor();
        } finally {
            found.forEach(Tensor::close);
        }
    }

    private Tensor through(Tensor residual, int first, int end, Batch batch, TensorList weights) {
        return program.layers(residual, first, end, batch, weights, NONE, null).getFirst();
    }

    private float[] lossesAfter(
            Tensor residual,
            int first,
            Batch batch,
            TensorList weights,
            @Nullable Replacement replacement) {
        try (Tensor last =
                program.layers(residual, first, config.layers(), batch, weights, NONE, replacement)
                        .getFirst()) {
            return program.losses(last, batch, weights);
        }
    }

    private List<float[]> scored(List<Document> documents, BiConsumer<Batch, Losses> run) {
        check(documents);
        Losses losses = new Losses(new ArrayList<>());
        for (List<Document> some : batches(documents)) {
            try (Batch batch = new Batch(some)) {
                run.accept(batch, losses);
            }
        }
        return losses.byDocument();
    }

    /// Cuts a batch's losses into its documents'.
    private record Losses(List<float[]> byDocument) {
        void add(float[] all, Batch batch) {
            int begin = 0;
            for (int i = 0; i < batch.documents().size(); i++) {
                int end = begin + batch.scoredCount(i);
                byDocument.add(Arrays.copyOfRange(all, begin, end));
                begin = end;
            }
        }
    }

    void check(Hookpoint hookpoint) {
        if (hookpoint.layer() >= config.layers()) {
            throw new IllegalArgumentException(
                    "hookpoint %s, the model has layers 0 to %d"
                            .formatted(hookpoint, config.layers() - 1));
        }
    }

    void check(List<Document> documents) {
        for (Document document : documents) {
            if (document.tokens().length > config.maxPositions()) {
                throw new IllegalArgumentException(
                        "document %s: %d tokens, the model has room for %d"
                                .formatted(
                                        document.id(),
                                        document.tokens().length,
                                        config.maxPositions()));
            }
            for (int token : document.tokens()) {
                if (token < 0 || token >= config.vocabSize()) {
                    throw new IllegalArgumentException(
                            "document %s: token %d, allowed 0 to %d"
                                    .formatted(document.id(), token, config.vocabSize() - 1));
                }
            }
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
