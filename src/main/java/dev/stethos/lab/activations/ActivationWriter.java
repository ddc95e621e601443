package dev.stethos.lab.activations;

import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.lab.activations.ActivationManifest.Place;
import dev.stethos.lab.activations.ActivationManifest.Shard;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/// Writes a corpus' activations as safetensors shards of whole documents, each up to a number of
/// bytes, and a manifest after every shard. What a shard holds does not depend on the others: a
/// stopped run goes on after its last shard and ends with the same bytes.
public final class ActivationWriter {
    private final ActivationCollector collector;
    private final Gemma3Config config;
    private final Source source;
    private final long shardBytes;

    /// What the manifest says of the inputs.
    public record Source(
            String model, Revision revision, String corpus, String corpusSha256, int context) {}

    public ActivationWriter(
            ActivationCollector collector, Gemma3Config config, Source source, long shardBytes) {
        this.collector = collector;
        this.config = config;
        this.source = source;
        this.shardBytes = shardBytes;
    }

    /// Writes what `folder` lacks; `progress` hears of every shard's kept tokens, those that were
    /// there before included. A folder with activations of something else is refused.
    public ActivationManifest write(
            Path folder,
            List<Document> documents,
            SortedSet<Hookpoint> hookpoints,
            DType dtype,
            LongConsumer progress) {
        int width = hookpoints.stream().mapToInt(h -> h.site().width(config)).sum();
        List<List<Document>> parts = shards(documents, (long) width * dtype.bytes());
        ActivationManifest manifest = manifest(documents, hookpoints, dtype, parts.size());
        ActivationManifest found = ActivationManifest.read(folder);
        if (found != null) {
            if (!found.withShards(List.of()).equals(manifest)) {
                throw new IllegalArgumentException(
                        "folder %s holds other activations (%s of %s at %s); give another folder"
                                .formatted(
                                        folder.getFileName(),
                                        found.corpus(),
                                        found.model(),
                                        found.hookpoints().stream()
                                                .map(Place::hookpoint)
                                                .toList()));
            }
            manifest = found;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Shard> done = new ArrayList<>(manifest.shards());
        done.forEach(shard -> progress.accept(shard.tokens()));
        while (done.size() < parts.size()) {
            Shard shard = write(folder, done.size(), parts.get(done.size()), hookpoints, dtype);
            done.add(shard);
            manifest = manifest.withShards(done);
            manifest.write(folder);
            progress.accept(shard.tokens());
        }
        return manifest;
    }

    private ActivationManifest manifest(
            List<Document> documents, SortedSet<Hookpoint> hookpoints, DType dtype, int shards) {
        return new ActivationManifest(
                ActivationManifest.SCHEMA,
                source.model(),
                source.revision().id(),
                source.corpus(),
                source.corpusSha256(),
                source.context(),
                ActivationManifest.EXCLUDED,
                dtype.name(),
                hookpoints.stream().map(h -> Place.of(h, h.site().width(config))).toList(),
                documents.size(),
                documents.stream().mapToLong(d -> d.kept().length).sum(),
                shards,
                List.of());
    }

    private List<List<Document>> shards(List<Document> documents, long bytesPerToken) {
        List<List<Document>> shards = new ArrayList<>();
        List<Document> open = new ArrayList<>();
        long tokens = 0;
        for (Document document : documents) {
            int more = document.kept().length;
            if (more > 0) {
                if (tokens > 0 && (tokens + more) * bytesPerToken > shardBytes) {
                    shards.add(open);
                    open = new ArrayList<>();
                    tokens = 0;
                }
                open.add(document);
                tokens += more;
            }
        }
        if (open.isEmpty()) {
            throw new IllegalArgumentException("the corpus has no token that counts");
        }
        shards.add(open);
        return shards;
    }

    private Shard write(
            Path folder,
            int number,
            List<Document> documents,
            SortedSet<Hookpoint> hookpoints,
            DType dtype) {
        int tokens = documents.stream().mapToInt(d -> d.kept().length).sum();
        Map<Hookpoint, MemorySegment> data = new TreeMap<>();
        for (Hookpoint hookpoint : hookpoints) {
            long elements = (long) tokens * hookpoint.site().width(config);
            data.put(
                    hookpoint,
                    MemorySegment.ofArray(new byte[Math.toIntExact(elements * dtype.bytes())]));
        }
        int[] row = {0};
        collector
                .collect(source.revision(), documents, new TreeSet<>(hookpoints))
                .forEachOrdered(found -> {
                    data.forEach((hookpoint, target) ->
                            copy(found.at(hookpoint), target, row[0], dtype));
                    row[0] += found.document().kept().length;
                });
        List<NamedTensor> tensors = new ArrayList<>();
        data.forEach((hookpoint, values) -> {
            long width = hookpoint.site().width(config);
            tensors.add(
                    NamedTensor.of(
                            hookpoint.toString(), dtype, List.of((long) tokens, width), values));
        });
        Path file = folder.resolve("activations-%05d.safetensors".formatted(number));
        SafetensorsWriter.write(file, Map.of("revision", source.revision().id()), tensors);
        return new Shard(
                String.valueOf(file.getFileName()),
                documents.getFirst().id(),
                documents.size(),
                tokens,
                Fingerprint.ofFile(file));
    }

    private static void copy(Activations from, MemorySegment to, int row, DType dtype) {
        long begin = (long) row * from.width();
        float[] values = from.values();
        for (int i = 0; i < values.length; i++) {
            dtype.write(to, begin + i, values[i]);
        }
    }
}
