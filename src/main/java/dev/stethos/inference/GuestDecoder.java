package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import java.util.List;

/// A decoder whose steps run on another engine's device thread, between that engine's own and
/// behind them: [GuestWork] keeps them to their share of the device's time. Owns the decoder that
/// it wraps.
final class GuestDecoder implements Decoder {
    private final InferenceEngine host;
    private final Decoder own;
    private final double share;

    GuestDecoder(InferenceEngine host, Decoder own, double share) {
        if (!(share > 0 && share <= 1)) {
            own.close();
            throw new IllegalArgumentException(
                    "share: %s was given, allowed is above 0, up to 1".formatted(share));
        }
        this.host = host;
        this.own = own;
        this.share = share;
    }

    @Override
    public int vocabSize() {
        return own.vocabSize();
    }

    @Override
    public int drawable() {
        return own.drawable();
    }

    @Override
    public float[] step(List<Row> rows) {
        float[][] logits = new float[1][];
        host.asGuest(() -> logits[0] = own.step(rows), share);
        return logits[0];
    }

    @Override
    public void move(int from, int to, int length) {
        host.onDeviceThread(() -> own.move(from, to, length));
    }

    @Override
    public void reserve(int count, int length, int longest) {
        host.onDeviceThread(() -> own.reserve(count, length, longest));
    }

    @Override
    public long cacheBytes(int count, int length) {
        return own.cacheBytes(count, length);
    }

    @Override
    public int window() {
        return own.window();
    }

    @Override
    public Kept save(int slot, int start, int tokens) {
        Kept[] kept = new Kept[1];
        host.onDeviceThread(() -> kept[0] = own.save(slot, start, tokens));
        return kept[0];
    }

    @Override
    public long savedBytes(int tokens) {
        return own.savedBytes(tokens);
    }

    @Override
    public void restore(int slot, List<Kept> parts) {
        host.onDeviceThread(() -> own.restore(slot, parts));
    }

    @Override
    public TokenText newText() {
        return own.newText();
    }

    @Override
    public void close() {
        own.close();
    }
}
