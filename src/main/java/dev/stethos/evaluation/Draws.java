package dev.stethos.evaluation;

import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.weights.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// How an evaluation's answers are drawn: how many of each item, how freely, and from which seeds,
/// which all arms share.
///
/// @param temperature 0 for the greedy answer
public record Draws(int samples, double temperature, long seed) {
    /// One greedy answer of each item.
    public static final Draws GREEDY = new Draws(1, 0, 0);

    private static final int SEED_DIGITS = 16;

    public Draws {
        require(samples >= 1 && samples <= 1024, "samples", samples, "1 to 1024");
        require(
                samples == 1 || temperature > 0,
                "samples",
                samples,
                "1 with temperature 0, whose samples would all be the same");
        require(temperature >= 0 && temperature <= 100, "temperature", temperature, "0 to 100");
    }

    /// How one sample of one item is drawn, the same for every arm.
    public SamplingParams sampling(String item, int sample) {
        return temperature == 0
                ? SamplingParams.GREEDY
                : new SamplingParams(temperature, 0, 1, 0, 1, 0, 0, Map.of(), seed(item, sample));
    }

    /// A seed from the evaluation's own, the item and the sample.
    private long seed(String item, int sample) {
        String text = "%d\n%d\n%s".formatted(seed, sample, item);
        String hash = Fingerprint.ofBytes(text.getBytes(StandardCharsets.UTF_8));
        return Long.parseUnsignedLong(hash.substring(0, SEED_DIGITS), 16);
    }

    private static void require(boolean holds, String field, Object given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: %s was given, allowed is %s".formatted(field, given, allowed));
        }
    }
}
