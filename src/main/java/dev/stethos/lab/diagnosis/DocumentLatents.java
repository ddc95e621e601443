package dev.stethos.lab.diagnosis;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What scores need of one document at one layer: of each latent that fired, ascending, the sum of
/// its activation over the tokens and how many tokens it fired on. Do not change the arrays.
@SuppressWarnings("ArrayRecordComponent")
public record DocumentLatents(int tokens, int[] latents, float[] sums, int[] fires) {
    public DocumentLatents {
        if (tokens < 0 || latents.length != sums.length || latents.length != fires.length) {
            throw new IllegalArgumentException(
                    "document of %d tokens with %d latents, %d sums and %d counts"
                            .formatted(tokens, latents.length, sums.length, fires.length));
        }
    }

    /// Of a document's activations, a row of `width` latents for each token.
    public static DocumentLatents of(int width, float[] activations) {
        return of(width, activations, null);
    }

    /// Of what an edit changes: the sum of `|after - before|`, and how many tokens change.
    public static DocumentLatents ofChange(int width, float[] before, float[] after) {
        if (before.length != after.length) {
            throw new IllegalArgumentException(
                    "%d activations before and %d after".formatted(before.length, after.length));
        }
        return of(width, after, before);
    }

    private static DocumentLatents of(int width, float[] activations, float @Nullable [] before) {
        if (activations.length % width != 0) {
            throw new IllegalArgumentException(
                    "%d activations in rows of %d".formatted(activations.length, width));
        }
        double[] sums = new double[width];
        int[] fires = new int[width];
        for (int i = 0; i < activations.length; i++) {
            float value = before == null ? activations[i] : Math.abs(activations[i] - before[i]);
            if (value > 0) {
                sums[i % width] += value;
                fires[i % width]++;
            }
        }
        int[] latents = IntStream.range(0, width).filter(i -> fires[i] > 0).toArray();
        float[] sparse = new float[latents.length];
        for (int i = 0; i < latents.length; i++) {
            sparse[i] = (float) sums[latents[i]];
        }
        return new DocumentLatents(
                activations.length / width,
                latents,
                sparse,
                Arrays.stream(latents).map(latent -> fires[latent]).toArray());
    }
}
