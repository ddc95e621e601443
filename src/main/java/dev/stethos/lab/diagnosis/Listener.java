package dev.stethos.lab.diagnosis;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.DocumentActivations;
import dev.stethos.lab.activations.Hookpoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Runs documents through a model and keeps what each layer's latents did. All layers that are
/// given come from one pass; nothing but sums stays in memory.
final class Listener {
    private final ActivationCollector collector;
    private final List<Document> documents;

    Listener(ActivationCollector collector, List<Document> documents) {
        this.collector = collector;
        this.documents = documents;
    }

    /// By layer, what the latents do under a revision.
    SortedMap<Integer, LatentStatistics> hear(Revision revision, List<LatentEncoder> encoders) {
        SortedMap<Integer, List<DocumentLatents>> heard = new TreeMap<>();
        collector
                .collect(revision, documents, hookpoints(encoders))
                .forEach(document -> {
                    for (LatentEncoder encoder : encoders) {
                        add(
                                heard,
                                encoder,
                                DocumentLatents.of(encoder.width(), encode(encoder, document)));
                    }
                });
        return statistics(heard, encoders);
    }

    /// By layer, what the latents do under the first revision and how that changes with the other.
    SortedMap<Integer, ChangeSpecificity.Listening> hearChange(
            Revision before, Revision after, List<LatentEncoder> encoders) {
        SortedMap<Integer, List<DocumentLatents>> unedited = new TreeMap<>();
        SortedMap<Integer, List<DocumentLatents>> changes = new TreeMap<>();
        Set<Hookpoint> hookpoints = hookpoints(encoders);
        Iterator<DocumentActivations> first =
                collector.collect(before, documents, hookpoints).iterator();
        Iterator<DocumentActivations> second =
                collector.collect(after, documents, hookpoints).iterator();
        while (first.hasNext()) {
            DocumentActivations plain = first.next();
            DocumentActivations edited = second.next();
            for (LatentEncoder encoder : encoders) {
                int width = encoder.width();
                float[] latents = encode(encoder, plain);
                add(unedited, encoder, DocumentLatents.of(width, latents));
                add(
                        changes,
                        encoder,
                        DocumentLatents.ofChange(width, latents, encode(encoder, edited)));
            }
        }
        SortedMap<Integer, ChangeSpecificity.Listening> heard = new TreeMap<>();
        statistics(changes, encoders)
                .forEach((layer, change) ->
                        heard.put(
                                layer,
                                new ChangeSpecificity.Listening(
                                        new LatentStatistics(
                                                unedited.getOrDefault(layer, List.of()),
                                                change.norms()),
                                        change)));
        return heard;
    }

    private static float[] encode(LatentEncoder encoder, DocumentActivations document) {
        return encoder.encode(document.at(Hookpoint.residual(encoder.layer())));
    }

    private static void add(
            SortedMap<Integer, List<DocumentLatents>> heard,
            LatentEncoder encoder,
            DocumentLatents latents) {
        heard.computeIfAbsent(encoder.layer(), _ -> new ArrayList<>()).add(latents);
    }

    private static Set<Hookpoint> hookpoints(List<LatentEncoder> encoders) {
        return encoders.stream()
                .map(encoder -> Hookpoint.residual(encoder.layer()))
                .collect(Collectors.toSet());
    }

    private static SortedMap<Integer, LatentStatistics> statistics(
            SortedMap<Integer, List<DocumentLatents>> heard, List<LatentEncoder> encoders) {
        SortedMap<Integer, LatentStatistics> statistics = new TreeMap<>();
        for (LatentEncoder encoder : encoders) {
            double[] norms = new double[encoder.width()];
            for (int latent = 0; latent < norms.length; latent++) {
                double squares = 0;
                for (float value : encoder.direction(latent)) {
                    squares += (double) value * value;
                }
                norms[latent] = Math.sqrt(squares);
            }
            statistics.put(
                    encoder.layer(),
                    new LatentStatistics(heard.getOrDefault(encoder.layer(), List.of()), norms));
        }
        return statistics;
    }
}
