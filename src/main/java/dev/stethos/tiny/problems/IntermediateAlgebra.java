package dev.stethos.tiny.problems;

import java.util.List;

/// Functions, sequences and relations between roots.
final class IntermediateAlgebra {
    private IntermediateAlgebra() {}

    static List<Template> templates() {
        Subject subject = Subject.INTERMEDIATE_ALGEBRA;
        return List.of(
                new Template(subject, "distances", 2, IntermediateAlgebra::distances),
                new Template(subject, "sequence", 3, IntermediateAlgebra::sequence),
                new Template(subject, "composition", 3, IntermediateAlgebra::composition),
                new Template(subject, "quadratic", 4, IntermediateAlgebra::quadratic),
                new Template(subject, "roots", 5, IntermediateAlgebra::roots));
    }

    private static Draft distances(Draw draw) {
        int a = draw.between(2, 15);
        int b = draw.between(a + 1, 30);
        int c = draw.between(2, 15);
        int d = draw.between(c + 1, 30);
        String problem =
                draw.pick("What is |%d-%d|+|%d-%d|?", "Evaluate |%d-%d|+|%d-%d|.")
                        .formatted(a, b, c, d);
        Work work = new Work();
        return Draft.of(
                Draft.key(a, b, c, d),
                problem,
                work,
                work.plus(work.minus(b, a), work.minus(d, c)));
    }

    private static Draft sequence(Draw draw) {
        int start = draw.between(1, 20);
        int difference = draw.between(2, 9);
        int n = draw.between(3, 10);
        String problem =
                draw.pick(
                                "An arithmetic sequence starts at %d with common difference %d. What"
                                        + " is term %d?",
                                "A sequence starts at %d and grows by %d each term. Find term %d.")
                        .formatted(start, difference, n);
        Work work = new Work();
        int steps = work.times(work.minus(n, 1), difference);
        return Draft.of(Draft.key(start, difference, n), problem, work, work.plus(start, steps));
    }

    private static Draft composition(Draw draw) {
        int a = draw.between(2, 6);
        int b = draw.between(1, 9);
        int c = draw.between(2, 6);
        int x = draw.between(2, 5);
        String problem =
                draw.pick(
                                "If f(x)=%dx+%d and g(x)=%dx, what is f(g(%d))?",
                                "Let f(x)=%dx+%d and g(x)=%dx. Find f(g(%d)).")
                        .formatted(a, b, c, x);
        Work work = new Work();
        int inner = work.times(c, x);
        return Draft.of(
                a + "." + b + "." + Draft.unordered(c, x),
                problem,
                work,
                work.plus(work.times(a, inner), b));
    }

    private static Draft quadratic(Draw draw) {
        int b = draw.between(2, 9);
        int c = draw.between(1, 9);
        int x = draw.between(2, 9);
        String problem =
                draw.pick("If f(x)=x^2+%dx+%d, what is f(%d)?", "Let f(x)=x^2+%dx+%d. Find f(%d).")
                        .formatted(b, c, x);
        Work work = new Work();
        int sum = work.plus(work.times(x, x), work.times(b, x));
        return Draft.of(Draft.key(b, c, x), problem, work, work.plus(sum, c));
    }

    private static Draft roots(Draw draw) {
        int b = draw.between(4, 15);
        int c = draw.between(1, Math.min(60, b * b / 2 - 1));
        String problem =
                draw.pick(
                                "The roots of x^2-%dx+%d are r and s. What is r^2+s^2?",
                                "Let r and s be the roots of x^2-%dx+%d. Find r^2+s^2.")
                        .formatted(b, c);
        Work work = new Work();
        return Draft.of(
                Draft.key(b, c), problem, work, work.minus(work.times(b, b), work.times(2, c)));
    }
}
