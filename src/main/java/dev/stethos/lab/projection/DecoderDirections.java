package dev.stethos.lab.projection;

/// Directions in one layer's residual stream, one a row, all of the stream's width; say the decoder
/// rows of chosen latents. They need not be of unit length nor independent.
@SuppressWarnings("ArrayRecordComponent")
public record DecoderDirections(int layer, float[][] rows) {
    public DecoderDirections {
        if (layer < 0 || rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException(
                    "directions of layer %d: %d were given, allowed are one or more of a layer from 0 on"
                            .formatted(layer, rows.length));
        }
        for (float[] row : rows) {
            if (row.length != rows[0].length) {
                throw new IllegalArgumentException(
                        "directions of layer %d: widths %d and %d, allowed is one width"
                                .formatted(layer, rows[0].length, row.length));
            }
            for (float value : row) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException(
                            "directions of layer %d: %s, allowed are finite numbers"
                                    .formatted(layer, value));
                }
            }
        }
    }

    public int width() {
        return rows[0].length;
    }
}
