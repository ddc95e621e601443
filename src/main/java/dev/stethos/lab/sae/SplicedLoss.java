package dev.stethos.lab.sae;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import java.util.List;

/// What an SAE costs the model that it stands in: mean next-token loss, in nats, as it is, with the
/// kept tokens' activations at a hookpoint replaced by their reconstruction, and by zeros.
public record SplicedLoss(long tokens, double original, double spliced, double zeroed) {

    public static SplicedLoss of(
            ActivationCollector collector,
            Revision revision,
            List<Document> documents,
            Hookpoint at,
            Sae sae) {
        List<float[]> original = collector.losses(revision, documents);
        List<float[]> spliced = collector.losses(revision, documents, at, sae::reconstruct);
        List<float[]> zeroed = collector.losses(revision, documents, at, SplicedLoss::zero);
        return new SplicedLoss(
                original.stream().mapToLong(losses -> losses.length).sum(),
                mean(original),
                mean(spliced),
                mean(zeroed));
    }

    private static Activations zero(Activations given) {
        return new Activations(given.width(), new float[given.values().length]);
    }

    private static double mean(List<float[]> losses) {
        double sum = 0;
        long count = 0;
        for (float[] some : losses) {
            for (float loss : some) {
                sum += loss;
            }
            count += some.length;
        }
        return sum / count;
    }

    /// Nats that the SAE costs.
    public double overhead() {
        return spliced - original;
    }

    /// 1 where the SAE costs nothing, 0 where it costs as much as zeros do.
    public double recovered() {
        return (zeroed - spliced) / (zeroed - original);
    }
}
