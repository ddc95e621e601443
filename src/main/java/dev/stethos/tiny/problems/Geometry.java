package dev.stethos.tiny.problems;

import java.util.List;

/// Lengths, angles and areas of flat figures.
final class Geometry {
    private Geometry() {}

    static List<Template> templates() {
        return List.of(
                new Template(Subject.GEOMETRY, "perimeter", 1, Geometry::perimeter),
                new Template(Subject.GEOMETRY, "angle", 2, Geometry::angle),
                new Template(Subject.GEOMETRY, "corner", 3, Geometry::corner),
                new Template(Subject.GEOMETRY, "areas", 3, Geometry::areas),
                new Template(Subject.GEOMETRY, "trapezoid", 4, Geometry::trapezoid));
    }

    private static Draft perimeter(Draw draw) {
        int a = draw.between(2, 40);
        int b = draw.between(2, 40);
        String problem =
                draw.pick(
                                "What is the perimeter of a %d by %d rectangle?",
                                "A rectangle has sides %d and %d. Find its perimeter.")
                        .formatted(a, b);
        Work work = new Work();
        return Draft.of(Draft.unordered(a, b), problem, work, work.times(2, work.plus(a, b)));
    }

    private static Draft angle(Draw draw) {
        int a = draw.between(20, 80);
        int b = draw.between(20, 80);
        String problem =
                draw.pick(
                                "Two angles of a triangle are %d and %d degrees. What is the third"
                                        + " angle?",
                                "A triangle has angles of %d and %d degrees. Find the third angle.")
                        .formatted(a, b);
        Work work = new Work();
        return Draft.of(Draft.unordered(a, b), problem, work, work.minus(180, work.plus(a, b)));
    }

    private static Draft corner(Draw draw) {
        int a = draw.between(4, 12);
        int b = draw.between(4, 9);
        int c = draw.between(2, a - 1);
        int d = draw.between(2, b - 1);
        String problem =
                draw.pick(
                                "A %d by %d rectangle loses a %d by %d corner. What area is left?",
                                "From a %d by %d sheet a %d by %d piece is cut. Find the area left.")
                        .formatted(a, b, c, d);
        Work work = new Work();
        return Draft.of(
                Draft.unordered(a, b) + "." + Draft.unordered(c, d),
                problem,
                work,
                work.minus(work.times(a, b), work.times(c, d)));
    }

    private static Draft areas(Draw draw) {
        int side = draw.between(2, 12);
        int b = draw.between(2, 12);
        int c = draw.between(2, 9);
        String problem =
                draw.pick(
                                "A square has side %d and a rectangle is %d by %d. What is their"
                                        + " total area?",
                                "Find the total area of a square of side %d and a %d by %d"
                                        + " rectangle.")
                        .formatted(side, b, c);
        Work work = new Work();
        return Draft.of(
                side + "." + Draft.unordered(b, c),
                problem,
                work,
                work.plus(work.times(side, side), work.times(b, c)));
    }

    private static Draft trapezoid(Draw draw) {
        int a;
        int b;
        int height;
        do {
            a = draw.between(2, 14);
            b = draw.between(2, 14);
            height = draw.between(2, 9);
        } while ((a + b) * height % 2 != 0);
        String problem =
                draw.pick(
                                "A trapezoid has bases %d and %d and height %d. What is its area?",
                                "Find the area of a trapezoid with bases %d and %d and height %d.")
                        .formatted(a, b, height);
        Work work = new Work();
        return Draft.of(
                Draft.unordered(a, b) + "." + height,
                problem,
                work,
                work.over(work.times(work.plus(a, b), height), 2));
    }
}
