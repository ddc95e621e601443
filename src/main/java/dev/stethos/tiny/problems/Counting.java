package dev.stethos.tiny.problems;

import java.util.List;

/// Products of choices, sets that overlap, and chances.
final class Counting {
    private Counting() {}

    static List<Template> templates() {
        Subject subject = Subject.COUNTING_AND_PROBABILITY;
        return List.of(
                new Template(subject, "range", 1, Counting::range),
                new Template(subject, "overlap", 2, Counting::overlap),
                new Template(subject, "roads", 3, Counting::roads),
                new Template(subject, "chance", 3, Counting::chance),
                new Template(subject, "meals", 4, Counting::meals));
    }

    private static Draft range(Draw draw) {
        int a = draw.between(5, 90);
        int b = draw.between(a + 3, 199);
        String problem =
                draw.pick(
                                "How many integers are there from %d to %d?",
                                "Count the integers from %d to %d.")
                        .formatted(a, b);
        Work work = new Work();
        return Draft.of(Draft.key(a, b), problem, work, work.plus(work.minus(b, a), 1));
    }

    private static Draft overlap(Draw draw) {
        int a = draw.between(6, 40);
        int b = draw.between(6, 40);
        int both = draw.between(1, Math.min(a, b) - 1);
        String[] hobbies = draw.pick("chess golf", "tennis chess", "golf tennis").split(" ");
        String problem =
                draw.pick(
                                "%d people play %s, %d play %s and %d play both. How many play at"
                                        + " least one?",
                                "In a club, %d play %s, %d play %s and %d play both. How many play?")
                        .formatted(a, hobbies[0], b, hobbies[1], both);
        Work work = new Work();
        return Draft.of(
                Draft.unordered(a, b) + "." + both,
                problem,
                work,
                work.minus(work.plus(a, b), both));
    }

    private static Draft roads(Draw draw) {
        int a = draw.between(2, 9);
        int b = draw.between(2, 9);
        int direct = draw.between(1, 20);
        String problem =
                draw.pick(
                                "There are %d roads from A to B, %d from B to C and %d direct roads"
                                        + " from A to C. How many ways lead from A to C?",
                                "%d paths go from A to B, %d from B to C and %d from A to C. How many"
                                        + " ways lead from A to C?")
                        .formatted(a, b, direct);
        Work work = new Work();
        return Draft.of(
                Draft.unordered(a, b) + "." + direct,
                problem,
                work,
                work.plus(work.times(a, b), direct));
    }

    private static Draft chance(Draw draw) {
        int red;
        int green;
        int blue;
        do {
            red = draw.between(1, 19);
            green = draw.between(1, 20);
            blue = draw.between(1, 9);
        } while (gcd(red, red + green + blue) > 1);
        String problem =
                draw.pick(
                                "A bag has %d red, %d green and %d blue balls. What is the"
                                        + " probability of drawing a red ball?",
                                "From %d red, %d green and %d blue cards one is drawn. Find the"
                                        + " probability of red.")
                        .formatted(red, green, blue);
        Work work = new Work();
        int total = work.plus(work.plus(red, green), blue);
        return Draft.of(
                red + "." + Draft.unordered(green, blue),
                problem,
                work,
                "\\frac{%d}{%d}".formatted(red, total));
    }

    private static Draft meals(Draw draw) {
        int a = draw.between(2, 9);
        int b = draw.between(2, 9);
        int c = draw.between(2, 9);
        int d = draw.between(2, 9);
        String problem =
                draw.pick(
                                "A meal is one of %d soups with one of %d breads, or one of %d cakes"
                                        + " with one of %d teas. How many meals are there?",
                                "%d hats go with %d coats and %d caps with %d scarves. How many"
                                        + " pairs are there?")
                        .formatted(a, b, c, d);
        Work work = new Work();
        String left = Draft.unordered(a, b);
        String right = Draft.unordered(c, d);
        String key = left.compareTo(right) < 0 ? left + "." + right : right + "." + left;
        return Draft.of(key, problem, work, work.plus(work.times(a, b), work.times(c, d)));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
