package dev.stethos.evaluation;

import dev.stethos.stats.PairedBootstrap;
import dev.stethos.stats.RatioInterval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the edit costs on text that is not math: the mean loss per token of both arms on the same
/// documents, in nats, and the 95 % interval of candidate minus baseline, twice: over resampled
/// documents, and in closed form.
///
/// @param low of the bootstrap's interval, as is `high`
/// @param closedForm null for a single document, which has none
public record ControlLoss(
        int documents,
        int tokens,
        double baseline,
        double candidate,
        double difference,
        double low,
        double high,
        AbReport.@Nullable Interval closedForm) {

    private static final double CONFIDENCE = 0.95;
    private static final long SEED = 1;

    /// The arms' losses, document by document.
    public static ControlLoss of(
            List<TextModel.TextLoss> baseline, List<TextModel.TextLoss> candidate) {
        if (baseline.size() != candidate.size()) {
            throw new IllegalArgumentException(
                    "control text: %d documents of the baseline, %d of the candidate"
                            .formatted(baseline.size(), candidate.size()));
        }
        int documents = baseline.size();
        double[] differences = new double[documents];
        double[] lengths = new double[documents];
        for (int document = 0; document < documents; document++) {
            differences[document] = candidate.get(document).nats() - baseline.get(document).nats();
            lengths[document] = baseline.get(document).tokens();
        }
        PairedBootstrap paired = PairedBootstrap.ratio(differences, lengths, CONFIDENCE, SEED);
        int tokens = baseline.stream().mapToInt(TextModel.TextLoss::tokens).sum();
        return new ControlLoss(
                documents,
                tokens,
                nats(baseline) / tokens,
                nats(candidate) / tokens,
                paired.estimate(),
                paired.low(),
                paired.high(),
                documents < 2 ? null : closedForm(differences, lengths));
    }

    private static AbReport.Interval closedForm(double[] differences, double[] lengths) {
        RatioInterval ratio = RatioInterval.of(differences, lengths, CONFIDENCE);
        return new AbReport.Interval(ratio.low(), ratio.high());
    }

    private static double nats(List<TextModel.TextLoss> losses) {
        return losses.stream().mapToDouble(TextModel.TextLoss::nats).sum();
    }
}
