package dev.stethos.lab.explain;

import dev.stethos.gemma.Revision;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.sae.Sae;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where an SAE's latents fire in a corpus: of every document the token at which a latent is
/// strongest. Every other document is held out: explanations see the first, third and so on, scores
/// the second, fourth and so on.
public final class LatentActivity {
    private static final int TOKENS_BEFORE = 32;

    private final List<Heard> heard;
    private final Function<int[], String> text;

    /// A document and by latent where it peaks.
    record Heard(Document document, Map<Integer, Peak> peaks) {}

    /// A position among the document's tokens.
    record Peak(int position, double strength) {}

    LatentActivity(List<Heard> heard, Function<int[], String> text) {
        this.heard = List.copyOf(heard);
        this.text = text;
    }

    /// Runs the documents through the model and the SAE.
    public static LatentActivity of(
            ActivationCollector collector,
            Revision revision,
            List<Document> documents,
            Hookpoint at,
            Sae sae,
            GemmaTokenizer tokenizer) {
        List<Heard> heard =
                collector
                        .collect(revision, documents, Set.of(at))
                        .map(found ->
                                new Heard(
                                        found.document(),
                                        peaks(found.document(), sae.encode(found.at(at)))))
                        .toList();
        return new LatentActivity(heard, tokenizer::decode);
    }

    private static Map<Integer, Peak> peaks(Document document, Activations latents) {
        Map<Integer, Peak> peaks = new TreeMap<>();
        for (int row = 0; row < latents.rows(); row++) {
            for (int latent = 0; latent < latents.width(); latent++) {
                float strength = latents.at(row, latent);
                Peak known = peaks.get(latent);
                if (strength > 0 && (known == null || strength > known.strength())) {
                    peaks.put(latent, new Peak(document.kept()[row], strength));
                }
            }
        }
        return peaks;
    }

    /// The latents that fire in a document for explanation, in at least `heldOut` held-out ones,
    /// and are silent in as many of these.
    public List<Integer> explainable(int heldOut) {
        Set<Integer> all = new TreeSet<>();
        heard.forEach(one -> all.addAll(one.peaks().keySet()));
        return all.stream()
                .filter(latent -> firing(latent, 0).findAny().isPresent())
                .filter(latent -> firing(latent, 1).count() >= heldOut)
                .filter(latent -> silent(latent).size() >= heldOut)
                .toList();
    }

    /// Contexts for explanation, strongest first.
    List<LatentContext> strongest(int latent, int count) {
        return byStrength(latent, 0).stream().limit(count).toList();
    }

    /// Held-out contexts, evenly spread over the ranks of strength, strongest first.
    List<LatentContext> spread(int latent, int count) {
        List<LatentContext> all = byStrength(latent, 1);
        int take = Math.min(count, all.size());
        List<LatentContext> some = new ArrayList<>();
        for (int i = 0; i < take; i++) {
            some.add(all.get((int) ((long) i * all.size() / take)));
        }
        return some;
    }

    /// Held-out contexts that end anywhere in documents in which the latent is silent.
    List<LatentContext> silent(int latent, int count, long seed) {
        Random random = new Random(seed * 7919 + latent);
        List<Heard> all = new ArrayList<>(silent(latent));
        Collections.shuffle(all, random);
        return all.stream()
                .limit(count)
                .map(one -> {
                    int[] kept = one.document().kept();
                    return context(one.document(), new Peak(kept[random.nextInt(kept.length)], 0));
                })
                .toList();
    }

    private List<Heard> silent(int latent) {
        return half(1).filter(one -> !one.peaks().containsKey(latent))
                .filter(one -> one.document().kept().length > 0)
                .toList();
    }

    private Stream<Heard> half(int which) {
        return IntStream.range(0, heard.size()).filter(i -> i % 2 == which).mapToObj(heard::get);
    }

    private Stream<Heard> firing(int latent, int which) {
        return half(which).filter(one -> one.peaks().containsKey(latent));
    }

    private List<LatentContext> byStrength(int latent, int which) {
        List<LatentContext> contexts = new ArrayList<>();
        firing(latent, which)
                .forEach(one -> {
                    Peak peak = one.peaks().get(latent);
                    if (peak != null) {
                        contexts.add(context(one.document(), peak));
                    }
                });
        contexts.sort(Comparator.comparingDouble(context -> -context.strength()));
        return contexts;
    }

    private LatentContext context(Document document, Peak peak) {
        int at = peak.position();
        int[] tokens = document.tokens();
        return new LatentContext(
                text.apply(Arrays.copyOfRange(tokens, Math.max(0, at - TOKENS_BEFORE), at)),
                text.apply(new int[] {tokens[at]}),
                peak.strength());
    }
}
