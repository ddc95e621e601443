package dev.stethos.tiny.problems;

import java.util.List;

/// Linear equations and expressions.
final class Algebra {
    private Algebra() {}

    static List<Template> templates() {
        return List.of(
                new Template(Subject.ALGEBRA, "linear", 2, Algebra::linear),
                new Template(Subject.ALGEBRA, "fraction", 2, Algebra::fraction),
                new Template(Subject.ALGEBRA, "value", 3, Algebra::value),
                new Template(Subject.ALGEBRA, "pair", 3, Algebra::pair),
                new Template(Subject.ALGEBRA, "middle", 4, Algebra::middle));
    }

    private static Draft linear(Draw draw) {
        int a = draw.between(2, 9);
        int x = draw.between(1, 12);
        int b = draw.between(1, 20);
        int right = a * x + b;
        String problem =
                draw.pick("Solve %dx+%d=%d.", "If %dx+%d=%d, what is x?", "Find x when %dx+%d=%d.")
                        .formatted(a, b, right);
        Work work = new Work();
        work.say("%dx=%d-%d=%d".formatted(a, right, b, a * x));
        work.say("x=%d/%d=%d".formatted(a * x, a, x));
        return Draft.of(Draft.key(a, x, b), problem, work, x);
    }

    private static Draft fraction(Draw draw) {
        int a = draw.between(2, 9);
        int quotient = draw.between(2, 12);
        int b = draw.between(1, 20);
        String problem =
                draw.pick(
                                "Solve x/%d+%d=%d.",
                                "If x/%d+%d=%d, what is x?", "Find x when x/%d+%d=%d.")
                        .formatted(a, b, quotient + b);
        Work work = new Work();
        work.say("x/%d=%d-%d=%d".formatted(a, quotient + b, b, quotient));
        work.say("x=%d*%d=%d".formatted(a, quotient, a * quotient));
        return Draft.of(Draft.key(a, quotient, b), problem, work, a * quotient);
    }

    private static Draft value(Draw draw) {
        int a = draw.between(2, 9);
        int b = draw.between(2, 9);
        int x = draw.between(1, 9);
        int y = draw.between(1, 9);
        String problem =
                draw.pick("If x=%d and y=%d, what is %dx+%dy?", "Let x=%d and y=%d. Find %dx+%dy.")
                        .formatted(x, y, a, b);
        Work work = new Work();
        return Draft.of(
                Draft.key(a, b, x, y),
                problem,
                work,
                work.plus(work.times(a, x), work.times(b, y)));
    }

    private static Draft pair(Draw draw) {
        int x = draw.between(2, 40);
        int y = draw.between(1, x);
        String problem =
                draw.pick("If x+y=%d and x-y=%d, what is x?", "Solve x+y=%d and x-y=%d for x.")
                        .formatted(x + y, x - y);
        Work work = new Work();
        work.say("2x=%d+%d=%d".formatted(x + y, x - y, 2 * x));
        work.say("x=%d/2=%d".formatted(2 * x, x));
        return Draft.of(Draft.key(x, y), problem, work, x);
    }

    private static Draft middle(Draw draw) {
        int a = draw.between(2, 9);
        int b = draw.between(1, 9);
        int c = draw.between(2, 9);
        int d = draw.between(1, 9);
        String problem =
                draw.pick(
                                "What is the coefficient of x in (%dx+%d)(%dx+%d)?",
                                "Find the coefficient of x in (%dx+%d)(%dx+%d).")
                        .formatted(a, b, c, d);
        Work work = new Work();
        return Draft.of(
                Draft.key(a, b, c, d),
                problem,
                work,
                work.plus(work.times(a, d), work.times(b, c)));
    }
}
