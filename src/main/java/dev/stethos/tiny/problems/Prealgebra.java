package dev.stethos.tiny.problems;

import java.util.List;

/// Sums, quotients and percentages in one or two steps.
final class Prealgebra {
    private Prealgebra() {}

    static List<Template> templates() {
        return List.of(
                new Template(Subject.PREALGEBRA, "sum", 1, Prealgebra::sum),
                new Template(Subject.PREALGEBRA, "left", 2, Prealgebra::left),
                new Template(Subject.PREALGEBRA, "packs", 2, Prealgebra::packs),
                new Template(Subject.PREALGEBRA, "quotient", 2, Prealgebra::quotient),
                new Template(Subject.PREALGEBRA, "percent", 3, Prealgebra::percent));
    }

    private static Draft sum(Draw draw) {
        int a = draw.between(10, 99);
        int b = draw.between(10, 99);
        String problem =
                draw.pick("What is %d+%d?", "Find %d+%d.", "Compute %d+%d.").formatted(a, b);
        Work work = new Work();
        return Draft.of(Draft.unordered(a, b), problem, work, work.plus(a, b));
    }

    private static Draft left(Draw draw) {
        int a = draw.between(5, 40);
        int b = draw.between(5, 40);
        int c = draw.between(2, a + b - 1);
        String things = draw.pick(Words.THINGS);
        String problem =
                draw.pick(
                                "%1$s has %2$d %5$s, buys %3$d more and gives away %4$d. How many"
                                        + " %5$s are left?",
                                "%1$s finds %2$d %5$s, then %3$d more, and loses %4$d. How many %5$s"
                                        + " are left?")
                        .formatted(draw.pick(Words.NAMES), a, b, c, things);
        Work work = new Work();
        return Draft.of(Draft.key(a, b, c), problem, work, work.minus(work.plus(a, b), c));
    }

    private static Draft packs(Draw draw) {
        int a = draw.between(2, 9);
        int b = draw.between(2, 9);
        int c = draw.between(1, 20);
        String problem =
                draw.pick(
                                "%s buys %d packs of %d %s and finds %d more. How many is that in"
                                        + " total?",
                                "%s has %d packs of %d %s and gets %d more. How many is that?")
                        .formatted(draw.pick(Words.NAMES), a, b, draw.pick(Words.THINGS), c);
        Work work = new Work();
        return Draft.of(
                Draft.unordered(a, b) + "." + c, problem, work, work.plus(work.times(a, b), c));
    }

    private static Draft quotient(Draw draw) {
        int divisor = draw.between(2, 9);
        int product = divisor * draw.between(2, 12);
        int c = draw.between(1, 30);
        String problem =
                draw.pick("What is %d/%d+%d?", "Find %d/%d+%d.", "Compute %d/%d+%d.")
                        .formatted(product, divisor, c);
        Work work = new Work();
        return Draft.of(
                Draft.key(product, divisor, c),
                problem,
                work,
                work.plus(work.over(product, divisor), c));
    }

    private static Draft percent(Draw draw) {
        int tens = draw.between(1, 9);
        int whole = 10 * draw.between(2, 60);
        String problem =
                draw.pick("What is %d%% of %d?", "Find %d%% of %d.").formatted(10 * tens, whole);
        Work work = new Work();
        return Draft.of(
                Draft.key(tens, whole), problem, work, work.times(work.over(whole, 10), tens));
    }
}
