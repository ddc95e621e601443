package dev.stethos.edit.making;

import dev.stethos.edit.DeltaElements;
import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.ProfileContents;
import dev.stethos.weights.WeightName;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How two profiles differ, tensor by tensor, each at its manifest's scale; a tensor that only one
/// of them edits counts as 0 in the other.
public final class ProfileDifference {
    private static final int BLOCK = 1 << 16;

    private final SortedMap<WeightName, Share> shares = new TreeMap<>();

    public ProfileDifference(ProfileContents left, ProfileContents right) {
        SortedSet<WeightName> names = new TreeSet<>(left.deltas().keySet());
        names.addAll(right.deltas().keySet());
        for (WeightName name : names) {
            LayerDelta ofLeft = left.deltas().get(name);
            LayerDelta ofRight = right.deltas().get(name);
            if (ofLeft != null && ofRight != null && !ofLeft.shape().equals(ofRight.shape())) {
                throw new IllegalArgumentException(
                        "tensor %s: profile %s has shape %s, profile %s has %s"
                                .formatted(
                                        name,
                                        left.profile().name(),
                                        ofLeft.shape(),
                                        right.profile().name(),
                                        ofRight.shape()));
            }
            shares.put(
                    name, share(ofLeft, left.profile().scale(), ofRight, right.profile().scale()));
        }
    }

    /// Sums over elements: the squares on either side, the squares of the differences, and the
    /// products.
    public record Share(double left, double right, double difference, double product) {
        public static final Share NONE = new Share(0, 0, 0, 0);

        public Share plus(Share other) {
            return new Share(
                    left + other.left,
                    right + other.right,
                    difference + other.difference,
                    product + other.product);
        }

        /// Of the two as vectors; NaN when one of them is 0.
        public double cosine() {
            return product / Math.sqrt(left) / Math.sqrt(right);
        }

        /// The difference's norm as a share of the larger one's.
        public double relativeDistance() {
            double larger = Math.max(left, right);
            return larger == 0 ? 0 : Math.sqrt(difference / larger);
        }
    }

    /// By layer and module.
    public SortedMap<WeightName, Share> tensors() {
        return shares;
    }

    public Share total() {
        return shares.values().stream().reduce(Share.NONE, Share::plus);
    }

    private static Share share(
            @Nullable LayerDelta left, double scaleLeft, @Nullable LayerDelta right, double scale) {
        DeltaElements ofLeft = left == null ? null : DeltaElements.of(left);
        DeltaElements ofRight = right == null ? null : DeltaElements.of(right);
        long elements =
                Math.max(
                        ofLeft == null ? 0 : ofLeft.count(), ofRight == null ? 0 : ofRight.count());
        float[] x = new float[BLOCK];
        float[] y = new float[BLOCK];
        Share sum = Share.NONE;
        for (long at = 0; at < elements; at += BLOCK) {
            int count = (int) Math.min(BLOCK, elements - at);
            if (ofLeft != null) {
                int _ = ofLeft.read(at, x);
            }
            if (ofRight != null) {
                int _ = ofRight.read(at, y);
            }
            sum = sum.plus(block(x, scaleLeft, y, scale, count));
        }
        return sum;
    }

    private static Share block(float[] x, double scaleX, float[] y, double scaleY, int count) {
        double left = 0;
        double right = 0;
        double difference = 0;
        double product = 0;
        for (int i = 0; i < count; i++) {
            double a = scaleX * x[i];
            double b = scaleY * y[i];
            left += a * a;
            right += b * b;
            difference += (a - b) * (a - b);
            product += a * b;
        }
        return new Share(left, right, difference, product);
    }
}
