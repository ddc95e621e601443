package dev.stethos.lab.activations;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.lab.activations.ForwardProgram.Replacement;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
        Iterator<List<Document>> batches = Batch.split(documents, tokensPerBatch).iterator();
        Iterable<List<DocumentActivations>> collected =
                () ->
                        new Iterator<>() {
                            @Override
                            public boolean hasNext() {
                                return batches.hasNext();
                            }

                            @Override
                            public List<DocumentActivations> next() {
                                return collect(revision, batches.next(), wanted);
                            }
                        };
        return StreamSupport.stream(collected.spliterator(), false).flatMap(List::stream);
    }

    private List<DocumentActivations> collect(
            Revision revision, List<Document> documents, SortedSet<Hookpoint> wanted) {
        try (Batch batch = new Batch(documents);
                TensorList weights = program.weights(revision);
                Tensor embedded = program.embed(batch, weights)) {
            int end = wanted.last().layer() + 1;
            List<Tensor> found = program.layers(embedded, 0, end, batch, weights, wanted, null);
            try {
                return split(documents, wanted, found);
            } finally {
                found.forEach(Tensor::close);
            }
        }
    }

    /// Frees each hookpoint's tensor once its rows are the documents'.
    private static List<DocumentActivations> split(
            List<Document> documents, SortedSet<Hookpoint> wanted, List<Tensor> found) {
        List<SortedMap<Hookpoint, Activations>> sites = new ArrayList<>();
        documents.forEach(_ -> sites.add(new TreeMap<>()));
        int next = 0;
        for (Hookpoint hookpoint : wanted) {
            try (Tensor tensor = found.get(next++)) {
                Activations all = Activations.of(tensor);
                int begin = 0;
                for (int i = 0; i < documents.size(); i++) {
                    int end = begin + documents.get(i).kept().length;
                    sites.get(i).put(hookpoint, all.rows(begin, end));
                    begin = end;
                }
            }
        }
        List<DocumentActivations> result = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            result.add(new DocumentActivations(documents.get(i), sites.get(i)));
        }
        return result;
    }

    /// The most tokens, padding included, that one batch of these documents takes.
    public int largestBatch(List<Document> documents) {
        int most = 0;
        for (List<Document> batch : Batch.split(documents, tokensPerBatch)) {
            int longest = batch.stream().mapToInt(d -> d.tokens().length).max().orElse(0);
            most = Math.max(most, longest * batch.size());
        }
        return most;
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
        for (List<Document> some : Batch.split(documents, tokensPerBatch)) {
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

    private void check(Hookpoint hookpoint) {
        if (hookpoint.layer() >= config.layers()) {
            throw new IllegalArgumentException(
                    "hookpoint %s, the model has layers 0 to %d"
                            .formatted(hookpoint, config.layers() - 1));
        }
    }

    private void check(List<Document> documents) {
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
