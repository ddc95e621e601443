package dev.stethos.tiny.problems;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Solves a problem from its text and the name of its template, by other means than the templates
/// use: big integers, counting by trial, formulas. `n` are the numbers in the text, in order.
final class ReferenceSolver {
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private static final Map<String, Function<List<Integer>, Object>> SOLVERS =
            Map.ofEntries(
                    solver("prealgebra/sum", n -> n.get(0) + n.get(1)),
                    solver("prealgebra/left", n -> n.get(0) + n.get(1) - n.get(2)),
                    solver("prealgebra/packs", n -> n.get(0) * n.get(1) + n.get(2)),
                    solver("prealgebra/quotient", n -> n.get(0) / n.get(1) + n.get(2)),
                    solver("prealgebra/percent", n -> n.get(0) * n.get(1) / 100),
                    solver("algebra/linear", n -> (n.get(2) - n.get(1)) / n.get(0)),
                    solver("algebra/fraction", n -> (n.get(2) - n.get(1)) * n.get(0)),
                    solver("algebra/value", n -> n.get(0) * n.get(2) + n.get(1) * n.get(3)),
                    solver("algebra/pair", n -> (n.get(0) + n.get(1)) / 2),
                    solver("algebra/middle", n -> n.get(0) * n.get(3) + n.get(1) * n.get(2)),
                    solver(
                            "number_theory/units",
                            n -> (n.get(0) * n.get(1) + n.get(2) * n.get(3)) % 10),
                    solver("number_theory/divisors", ReferenceSolver::divisors),
                    solver("number_theory/remainder", n -> n.get(0) % n.get(1)),
                    solver(
                            "number_theory/gcd",
                            n -> big(n.get(0)).gcd(big(n.get(1))).intValueExact()),
                    solver("number_theory/base", n -> Integer.toString(n.get(0), n.get(1))),
                    solver(
                            "number_theory/power",
                            n -> big(n.get(0)).modPow(big(n.get(1)), big(n.get(2)))),
                    solver("counting_and_probability/range", n -> n.get(1) - n.get(0) + 1),
                    solver("counting_and_probability/overlap", n -> n.get(0) + n.get(1) - n.get(2)),
                    solver("counting_and_probability/roads", n -> n.get(0) * n.get(1) + n.get(2)),
                    solver("counting_and_probability/chance", ReferenceSolver::chance),
                    solver(
                            "counting_and_probability/meals",
                            n -> n.get(0) * n.get(1) + n.get(2) * n.get(3)),
                    solver("geometry/perimeter", n -> 2 * n.get(0) + 2 * n.get(1)),
                    solver("geometry/angle", n -> 180 - n.get(0) - n.get(1)),
                    solver("geometry/corner", n -> n.get(0) * n.get(1) - n.get(2) * n.get(3)),
                    solver("geometry/areas", n -> n.get(0) * n.get(0) + n.get(1) * n.get(2)),
                    solver("geometry/trapezoid", n -> (n.get(0) + n.get(1)) * n.get(2) / 2),
                    solver(
                            "intermediate_algebra/distances",
                            n -> Math.abs(n.get(0) - n.get(1)) + Math.abs(n.get(2) - n.get(3))),
                    solver(
                            "intermediate_algebra/sequence",
                            n -> n.get(0) + n.get(1) * (n.get(2) - 1)),
                    solver(
                            "intermediate_algebra/composition",
                            n -> n.get(0) * (n.get(2) * n.get(3)) + n.get(1)),
                    solver(
                            "intermediate_algebra/quadratic",
                            n -> n.get(3) * n.get(3) + n.get(1) * n.get(3) + n.get(2)),
                    solver(
                            "intermediate_algebra/roots",
                            n -> {
                                int[] c = coefficients(n);
                                return c[0] * c[0] - 2 * c[1];
                            }),
                    solver(
                            "precalculus/coterminal",
                            n -> n.stream().mapToInt(i -> i).max().orElseThrow() % 360),
                    solver("precalculus/dot", n -> n.get(0) * n.get(2) + n.get(1) * n.get(3)),
                    solver(
                            "precalculus/combination",
                            n -> n.get(4) * n.get(0) + n.get(5) * n.get(2)),
                    solver("precalculus/imaginary", n -> n.get(0) * n.get(3) + n.get(1) * n.get(2)),
                    solver(
                            "precalculus/determinant",
                            n -> n.get(0) * n.get(3) - n.get(1) * n.get(2)));

    private ReferenceSolver() {}

    static String solve(MathItem item) {
        Function<List<Integer>, Object> solver = SOLVERS.get(item.template());
        if (solver == null) {
            throw new IllegalArgumentException("no reference for " + item.template());
        }
        return solver.apply(numbers(item.problem())).toString();
    }

    /// Steps of the form `expression=expression=..` whose sides differ; steps with letters are left
    /// out.
    static List<String> untrueSteps(String solution) {
        List<String> untrue = new ArrayList<>();
        for (String step : solution.substring(0, solution.indexOf("\\boxed")).split("\\. ?")) {
            String[] sides = step.split("=");
            for (int i = 1; i < sides.length; i++) {
                boolean known = !(sides[i - 1] + sides[i]).contains("x");
                if (known && value(sides[i - 1]) != value(sides[i])) {
                    untrue.add(step);
                }
            }
        }
        return untrue;
    }

    static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group()));
        }
        return numbers;
    }

    /// Sums of signed products and quotients, from left to right.
    private static int value(String expression) {
        int sum = 0;
        for (String term : expression.split("(?=[+-])")) {
            int sign = term.startsWith("-") ? -1 : 1;
            int product = 1;
            for (String factor : term.replaceFirst("^[+-]", "").split("(?=[*/])")) {
                int number = Integer.parseInt(factor.replaceFirst("^[*/]", ""));
                product = factor.startsWith("/") ? product / number : product * number;
            }
            sum += sign * product;
        }
        return sum;
    }

    /// Bases and exponents alternate; counts the choices of an exponent for every prime.
    private static Object divisors(List<Integer> n) {
        int count = 1;
        for (int i = 1; i < n.size(); i += 2) {
            count *= n.get(i) + 1;
        }
        return count;
    }

    private static Object chance(List<Integer> n) {
        int total = n.get(0) + n.get(1) + n.get(2);
        int common = big(n.get(0)).gcd(big(total)).intValueExact();
        return "\\frac{%d}{%d}".formatted(n.get(0) / common, total / common);
    }

    /// Of x^2-bx+c: the exponents 2 stand around them in the text.
    private static int[] coefficients(List<Integer> n) {
        return new int[] {n.get(1), n.get(2)};
    }

    private static BigInteger big(int value) {
        return BigInteger.valueOf(value);
    }

    private static Map.Entry<String, Function<List<Integer>, Object>> solver(
            String template, Function<List<Integer>, Object> solve) {
        return Map.entry(template, solve);
    }
}
