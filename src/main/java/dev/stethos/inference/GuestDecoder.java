package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A decoder whose steps run on another engine's device thread, between that engine's own. While
/// the host has sequences, each step is followed by a rest that keeps this decoder's part of the
/// device's time at its share. Owns the decoder that it wraps.
final class GuestDecoder implements Decoder {
    private static final long LOOK_NANOS = 500_000;

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
        long[] taken = new long[1];
        host.onDeviceThread(() -> {
            long begin = System.nanoTime();
            logits[0] = own.step(rows);
            taken[0] = System.nanoTime() - begin;
        });
        rest((long) (taken[0] * (1 - share) / share));
        return logits[0];
    }

    /// Ends early when the host has nothing to do.
    private void rest(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end && host.isBusy()) {
            LockSupport.parkNanos(Math.min(LOOK_NANOS, end - System.nanoTime()));
        }
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
