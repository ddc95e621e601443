package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import dev.stethos.evaluation.algebra.Expression.Union;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hipparchus.complex.Complex;

/// A set of real numbers as its separate intervals in rising order. The ends are equal up to a
/// relative error of 1e-9.
record RealSet(List<Piece> pieces) {
    private static final double TOLERANCE = 1e-9;

    /// An interval that is not empty.
    record Piece(double low, boolean holdsLow, double high, boolean holdsHigh) {

        private boolean reaches(Piece next) {
            return near(high, next.low) ? holdsHigh || next.holdsLow : high > next.low;
        }

        private Piece with(Piece next) {
            boolean further = near(high, next.high) ? next.holdsHigh : next.high > high;
            return new Piece(
                    low,
                    holdsLow || (near(low, next.low) && next.holdsLow),
                    further ? next.high : high,
                    further ? next.holdsHigh : holdsHigh);
        }

        private boolean isSame(Piece other) {
            return near(low, other.low)
                    && near(high, other.high)
                    && holdsLow == other.holdsLow
                    && holdsHigh == other.holdsHigh;
        }
    }

    /// The set that an interval, an open one written as a pair, or a union of them is; nothing for
    /// another expression, an unknown end or an empty interval.
    static Optional<RealSet> of(Expression e) {
        List<Piece> pieces = new ArrayList<>();
        for (Expression part : e instanceof Union u ? u.parts() : List.of(e)) {
            Optional<Piece> piece =
                    switch (part) {
                        case Interval i -> piece(i.low(), i.holdsLow(), i.high(), i.holdsHigh());
                        case Tuple t when t.elements().size() == 2 ->
                                piece(t.elements().get(0), false, t.elements().get(1), false);
                        default -> Optional.empty();
                    };
            if (piece.isEmpty()) {
                return Optional.empty();
            }
            pieces.add(piece.get());
        }
        return Optional.of(new RealSet(merged(pieces)));
    }

    private static Optional<Piece> piece(
            Expression low, boolean holdsLow, Expression high, boolean holdsHigh) {
        double from = end(low);
        double to = end(high);
        return from < to
                ? Optional.of(
                        new Piece(
                                from,
                                holdsLow && !Double.isInfinite(from),
                                to,
                                holdsHigh && !Double.isInfinite(to)))
                : Optional.empty();
    }

    /// The number that an end is, NaN for an unknown one.
    static double end(Expression e) {
        if (e == Constant.INFINITY) {
            return Double.POSITIVE_INFINITY;
        }
        if (e.equals(Expression.negative(Constant.INFINITY))) {
            return Double.NEGATIVE_INFINITY;
        }
        Complex here = new SampledValue(1, SampledValue.Symbols.REAL).of(e);
        Complex there = new SampledValue(2, SampledValue.Symbols.REAL).of(e);
        boolean known = here.getImaginary() == 0 && here.equals(there);
        return known ? here.getReal() : Double.NaN;
    }

    private static List<Piece> merged(List<Piece> pieces) {
        List<Piece> merged = new ArrayList<>();
        for (Piece piece :
                pieces.stream().sorted(Comparator.comparingDouble(Piece::low)).toList()) {
            if (!merged.isEmpty() && merged.getLast().reaches(piece)) {
                merged.add(merged.removeLast().with(piece));
            } else {
                merged.add(piece);
            }
        }
        return merged;
    }

    boolean isSame(RealSet other) {
        boolean same = pieces.size() == other.pieces.size();
        for (int i = 0; same && i < pieces.size(); i++) {
            same = pieces.get(i).isSame(other.pieces.get(i));
        }
        return same;
    }

    private static boolean near(double a, double b) {
        return a == b || Math.abs(a - b) <= TOLERANCE * (Math.abs(a) + Math.abs(b));
    }
}
