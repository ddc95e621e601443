package dev.stethos.lab.activations;

import dev.stethos.gemma.Revision;
import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Documents on their way through the layers of a revision, a group of layers at a time: the
/// residual stream before the next layer lies in files, so that a layer is computed once whatever
/// the groups are, and no bit depends on them. Used by one thread at a time; streams must be read
/// to their end.
public final class ResidualPass implements AutoCloseable {
    private static final SortedSet<Hookpoint> NONE = new TreeSet<>();

    private final ActivationCollector collector;
    private final Revision revision;
    private final List<List<Document>> batches;
    private final ResidualFiles files;
    private int layer;

    /// Begins before the first layer; the files are made in `folder`, and deleted at the end.
    public ResidualPass(
            ActivationCollector collector,
            Revision revision,
            List<Document> documents,
            Path folder) {
        collector.check(documents);
        this.collector = collector;
        this.revision = revision;
        batches = collector.batches(documents);
        files = new ResidualFiles(folder);
    }

    /// The layer that comes next.
    public int layer() {
        return layer;
    }

    /// What `hookpoints` of coming layers give; the next layer is then the one behind the last of
    /// them.
    public Stream<DocumentActivations> advance(Set<Hookpoint> hookpoints) {
        SortedSet<Hookpoint> wanted = checked(hookpoints);
        int first = layer;
        layer = wanted.last().layer() + 1;
        int end = layer;
        return ActivationCollector.inTurn(
                batches.size(), number -> advance(number, first, end, wanted));
    }

    /// Goes on until `next` is the next layer.
    public void advanceTo(int next) {
        if (next > layer) {
            int first = layer;
            layer = next;
            for (int number = 0; number < batches.size(); number++) {
                List<DocumentActivations> _ = advance(number, first, next, NONE);
            }
        }
    }

    private List<DocumentActivations> advance(
            int number, int first, int end, SortedSet<Hookpoint> wanted) {
        ActivationCollector.Passed passed =
                collector.pass(
                        revision, batches.get(number), before(number, first), first, end, wanted);
        try (Tensor residual = passed.residual()) {
            files.write(number, residual);
        }
        return passed.documents();
    }

    /// What they give under another revision that shares with this one all layers that were passed;
    /// the next layer stays the same.
    public Stream<DocumentActivations> listen(Revision other, Set<Hookpoint> hookpoints) {
        SortedSet<Hookpoint> wanted = checked(hookpoints);
        int first = layer;
        return ActivationCollector.inTurn(
                batches.size(),
                number -> {
                    ActivationCollector.Passed passed =
                            collector.pass(
                                    other,
                                    batches.get(number),
                                    before(number, first),
                                    first,
                                    wanted.last().layer() + 1,
                                    wanted);
                    passed.residual().close();
                    return passed.documents();
                });
    }

    private @Nullable Tensor before(int batch, int first) {
        return first == 0 ? null : files.read(batch);
    }

    private SortedSet<Hookpoint> checked(Set<Hookpoint> hookpoints) {
        SortedSet<Hookpoint> wanted = new TreeSet<>(hookpoints);
        if (wanted.isEmpty() || wanted.first().layer() < layer) {
            throw new IllegalArgumentException(
                    "hookpoints %s, allowed are one or more from layer %d on"
                            .formatted(wanted, layer));
        }
        wanted.forEach(collector::check);
        return wanted;
    }

    @Override
    public void close() {
        files.close();
    }
}
