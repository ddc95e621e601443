package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Matrix;
import dev.stethos.evaluation.algebra.Expression.Relation;
import java.util.List;
import org.hipparchus.complex.Complex;

/// Whether two comparisons say the same: side by side, read from right to left, with all moved to
/// one side, or, for equations, as a multiple of each other.
record RelationComparison(AnswerComparison answers, Equality equality) {
    private static final int SAMPLES = 8;
    private static final double TOLERANCE = 1e-9;

    Agreement compare(Relation wanted, Relation given) {
        Agreement straight =
                alike(wanted.signs(), given.signs())
                        ? answers.inOrder(wanted.sides(), given.sides())
                        : Agreement.DIFFERENT;
        List<String> turned = given.signs().reversed().stream().map(Inequality::turn).toList();
        Agreement reversed =
                alike(wanted.signs(), turned)
                        ? answers.inOrder(wanted.sides(), given.sides().reversed())
                        : Agreement.DIFFERENT;
        return straight.or(reversed).or(differences(wanted, given));
    }

    private static boolean alike(List<String> first, List<String> second) {
        return first.size() == second.size()
                && first.stream().map(RelationComparison::sign).toList()
                        .equals(second.stream().map(RelationComparison::sign).toList());
    }

    private static String sign(String sign) {
        return sign.equals("in") ? "=" : sign;
    }

    /// Of two single comparisons of single expressions.
    private Agreement differences(Relation wanted, Relation given) {
        if (wanted.signs().size() != 1 || given.signs().size() != 1 || !single(wanted, given)) {
            return Agreement.DIFFERENT;
        }
        Expression first = Expression.difference(wanted.sides().get(0), wanted.sides().get(1));
        Expression second = Expression.difference(given.sides().get(0), given.sides().get(1));
        String sign = wanted.signs().getFirst();
        String other = given.signs().getFirst();
        Agreement same = sign.equals(other) ? equality.of(first, second) : Agreement.DIFFERENT;
        Agreement turned =
                sign.equals(Inequality.turn(other))
                        ? equality.of(first, Expression.negative(second))
                        : Agreement.DIFFERENT;
        Agreement multiple =
                sign.equals("=") && other.equals("=") && isMultiple(first, second)
                        ? Agreement.SAME
                        : Agreement.DIFFERENT;
        return multiple.or(same.or(turned));
    }

    private static boolean single(Relation... relations) {
        return List.of(relations).stream()
                .flatMap(relation -> relation.sides().stream())
                .noneMatch(
                        side ->
                                AnswerComparison.isSeveral(side)
                                        || side instanceof Relation
                                        || side instanceof Matrix);
    }

    /// Whether one is the other times a number, by their values at arbitrary points.
    private static boolean isMultiple(Expression first, Expression second) {
        Complex ratio = Complex.ZERO;
        for (int sample = 1; sample <= SAMPLES; sample++) {
            SampledValue at = new SampledValue(sample, SampledValue.Symbols.REAL);
            Complex next = at.of(first).divide(at.of(second));
            if (next.isNaN() || next.isInfinite() || next.isZero()) {
                return false;
            }
            if (sample > 1 && next.subtract(ratio).norm() > TOLERANCE * ratio.norm()) {
                return false;
            }
            ratio = next;
        }
        return true;
    }
}
