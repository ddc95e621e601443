package dev.stethos.tiny.problems;

import java.util.List;

/// Vectors, determinants, angles and complex numbers.
final class Precalculus {
    private Precalculus() {}

    static List<Template> templates() {
        return List.of(
                new Template(Subject.PRECALCULUS, "coterminal", 2, Precalculus::coterminal),
                new Template(Subject.PRECALCULUS, "dot", 3, Precalculus::dot),
                new Template(Subject.PRECALCULUS, "combination", 3, Precalculus::combination),
                new Template(Subject.PRECALCULUS, "imaginary", 4, Precalculus::imaginary),
                new Template(Subject.PRECALCULUS, "determinant", 4, Precalculus::determinant));
    }

    private static Draft coterminal(Draw draw) {
        int degrees = draw.between(370, 1400);
        String problem =
                draw.pick(
                                "Which angle from 0 to 359 degrees is coterminal with %d degrees?",
                                "Find the angle from 0 to 359 degrees that equals %d degrees.")
                        .formatted(degrees);
        Work work = new Work();
        int rest = degrees;
        while (rest >= 360) {
            rest = work.minus(rest, 360);
        }
        return Draft.of(Draft.key(degrees), problem, work, rest);
    }

    private static Draft dot(Draw draw) {
        int[] n = digits(draw);
        String problem =
                draw.pick(
                                "What is the dot product of (%d,%d) and (%d,%d)?",
                                "Find the dot product of (%d,%d) and (%d,%d).")
                        .formatted(n[0], n[1], n[2], n[3]);
        Work work = new Work();
        return Draft.of(
                Draft.key(n),
                problem,
                work,
                work.plus(work.times(n[0], n[2]), work.times(n[1], n[3])));
    }

    /// The second coordinates are distractors, so the key leaves them out.
    private static Draft combination(Draw draw) {
        int[] n = digits(draw);
        String problem =
                draw.pick(
                                "Let u=(%3$d,%5$d) and v=(%4$d,%6$d). What is the first coordinate of"
                                        + " %1$du+%2$dv?",
                                "If u=(%3$d,%5$d) and v=(%4$d,%6$d), find the first coordinate of"
                                        + " %1$du+%2$dv.")
                        .formatted(n[0], n[1], n[2], n[3], draw.between(1, 9), draw.between(1, 9));
        Work work = new Work();
        return Draft.of(
                Draft.key(n),
                problem,
                work,
                work.plus(work.times(n[0], n[2]), work.times(n[1], n[3])));
    }

    private static Draft imaginary(Draw draw) {
        int[] n = digits(draw);
        String problem =
                draw.pick(
                                "What is the imaginary part of (%d+%di)(%d+%di)?",
                                "Find the imaginary part of (%d+%di)(%d+%di).")
                        .formatted(n[0], n[1], n[2], n[3]);
        Work work = new Work();
        return Draft.of(
                Draft.key(n),
                problem,
                work,
                work.plus(work.times(n[0], n[3]), work.times(n[1], n[2])));
    }

    private static Draft determinant(Draw draw) {
        int[] n;
        do {
            n = digits(draw);
        } while (n[0] * n[3] < n[1] * n[2]);
        String problem =
                draw.pick(
                                "Find the determinant of the matrix with rows (%d,%d) and (%d,%d).",
                                "What is the determinant of the matrix with rows (%d,%d) and (%d,%d)?")
                        .formatted(n[0], n[1], n[2], n[3]);
        Work work = new Work();
        return Draft.of(
                Draft.key(n),
                problem,
                work,
                work.minus(work.times(n[0], n[3]), work.times(n[1], n[2])));
    }

    private static int[] digits(Draw draw) {
        return new int[] {
            draw.between(2, 9), draw.between(2, 9), draw.between(2, 9), draw.between(2, 9)
        };
    }
}
