package dev.stethos.lab.diagnosis;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.DocumentActivations;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.ResidualPass;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Keeps what latents do on documents that pass through a model's layers. All layers that are given
/// come from one pass; nothing but sums stays in memory.
final class Listener {
    private final ResidualPass pass;

    Listener(ResidualPass pass) {
        this.pass = pass;
    }

    /// By layer, what the latents do; the pass goes on behind the last of these layers.
    SortedMap<Integer, LatentStatistics> hear(List<LatentEncoder> encoders) {
        SortedMap<Integer, List<DocumentLatents>> heard = new TreeMap<>();
        pass.advance(hookpoints(encoders))
                .forEachOrdered(document -> {
                    for (LatentEncoder encoder : encoders) {
                        add(
                                heard,
                                encoder,
                                DocumentLatents.of(encoder.width(), encode(encoder, document)));
                    }
                });
        return statistics(heard, encoders);
    }

    /// By layer, what the latents do under the first revision and how that changes with the other;
    /// both share the layers that the pass is through with.
    SortedMap<Integer, ChangeSpecificity.Listening> hearChange(
            Revision before, Revision after, List<LatentEncoder> encoders) {
        SortedMap<Integer, List<DocumentLatents>> unedited = new TreeMap<>();
        SortedMap<Integer, List<DocumentLatents>> changes = new TreeMap<>();
        Set<Hookpoint> hookpoints = hookpoints(encoders);
        Iterator<DocumentActivations> first = pass.listen(before, hookpoints).iterator();
        Iterator<DocumentActivations> second = pass.listen(after, hookpoints).iterator();
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
        SortedMap<Integer, LatentStatistics> plain = statistics(unedited, encoders);
        SortedMap<Integer, ChangeSpecificity.Listening> heard = new TreeMap<>();
        statistics(changes, encoders)
                .forEach((layer, change) ->
                        heard.put(
                                layer, new ChangeSpecificity.Listening(of(plain, layer), change)));
        return heard;
    }

    static LatentStatistics of(SortedMap<Integer, LatentStatistics> heard, int layer) {
        LatentStatistics statistics = heard.get(layer);
        if (statistics == null) {
            throw new AssertionError(layer);
        }
        return statistics;
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
