package dev.stethos.tiny.problems;

import java.util.List;

/// Remainders, Euclid's algorithm, divisor counts, bases, modular powers and units digits. Problems
/// that depend on last digits alone have only those in their key.
final class NumberTheory {
    private NumberTheory() {}

    static List<Template> templates() {
        return List.of(
                new Template(Subject.NUMBER_THEORY, "units", 2, NumberTheory::units),
                new Template(Subject.NUMBER_THEORY, "divisors", 3, NumberTheory::divisors),
                new Template(Subject.NUMBER_THEORY, "remainder", 3, NumberTheory::remainder),
                new Template(Subject.NUMBER_THEORY, "gcd", 4, NumberTheory::gcd),
                new Template(Subject.NUMBER_THEORY, "base", 4, NumberTheory::base),
                new Template(Subject.NUMBER_THEORY, "power", 5, NumberTheory::power));
    }

    private static Draft units(Draw draw) {
        int[] n = {
            draw.between(12, 99), draw.between(12, 99), draw.between(12, 99), draw.between(12, 99)
        };
        int[] last = {n[0] % 10, n[1] % 10, n[2] % 10, n[3] % 10};
        String problem =
                draw.pick(
                                "What is the units digit of %d*%d+%d*%d?",
                                "Find the units digit of %d*%d+%d*%d.")
                        .formatted(n[0], n[1], n[2], n[3]);
        Work work = new Work();
        int first = work.times(last[0], last[1]);
        int second = work.times(last[2], last[3]);
        int sum = work.plus(first % 10, second % 10);
        String left = Draft.unordered(last[0], last[1]);
        String right = Draft.unordered(last[2], last[3]);
        String key = left.compareTo(right) < 0 ? left + "." + right : right + "." + left;
        return Draft.of(key, problem, work, sum % 10);
    }

    /// The answer depends on the exponents, not on the primes.
    private static Draft divisors(Draw draw) {
        int[] e =
                draw.between(1, 3) > 1
                        ? new int[] {draw.between(2, 30), draw.between(1, 11)}
                        : new int[] {draw.between(2, 9), draw.between(1, 9), draw.between(1, 9)};
        String[] primes = draw.pick("2 3 5", "2 3 7", "2 5 7", "3 5 7").split(" ");
        StringBuilder number = new StringBuilder();
        Work work = new Work();
        int[] factors = new int[e.length];
        for (int i = 0; i < e.length; i++) {
            number.append(i == 0 ? "" : "*").append(primes[i]).append('^').append(e[i]);
            factors[i] = work.plus(e[i], 1);
        }
        int count = factors[0];
        for (int i = 1; i < factors.length; i++) {
            count = work.times(count, factors[i]);
        }
        String problem =
                draw.pick(
                                "How many positive divisors does %s have?",
                                "Find the number of positive divisors of %s.")
                        .formatted(number);
        return Draft.of(Draft.unordered(e), problem, work, count);
    }

    private static Draft remainder(Draw draw) {
        int n = draw.between(40, 249);
        int d = draw.between(6, 15);
        String problem =
                draw.pick(
                                "What is the remainder when %d is divided by %d?",
                                "Find the remainder when %d is divided by %d.")
                        .formatted(n, d);
        Work work = new Work();
        int rest = n;
        if (rest >= 10 * d) {
            rest = work.minus(rest, work.times(d, 10));
        }
        if (rest >= d) {
            rest = work.minus(rest, work.times(d, rest / d));
        }
        return Draft.of(Draft.key(n, d), problem, work, rest);
    }

    private static Draft gcd(Draw draw) {
        int a;
        int b;
        do {
            int common = draw.between(1, 12);
            a = common * draw.between(3, 24);
            b = common * draw.between(2, 20);
        } while (a > 144 || b < 8 || a <= b || euclidSteps(a, b) > 4);
        String problem =
                draw.pick(
                                "What is the greatest common divisor of %d and %d?",
                                "Find the greatest common divisor of %d and %d.")
                        .formatted(a, b);
        Work work = new Work();
        int x = a;
        int y = b;
        while (y != 0) {
            work.say("%d-%d*%d=%d".formatted(x, x / y, y, x % y));
            int rest = x % y;
            x = y;
            y = rest;
        }
        return Draft.of(Draft.unordered(a, b), problem, work, x);
    }

    private static int euclidSteps(int a, int b) {
        return b == 0 ? 0 : 1 + euclidSteps(b, a % b);
    }

    private static Draft base(Draw draw) {
        int base = draw.between(4, 9);
        int n = draw.between(base * base / 2, Math.min(299, base * base * base - 1));
        String problem =
                draw.pick("Write %d in base %d.", "What is %d in base %d?").formatted(n, base);
        Work work = new Work();
        StringBuilder digits = new StringBuilder();
        for (int rest = n; rest > 0; rest /= base) {
            work.say("%d=%d*%d+%d".formatted(rest, base, rest / base, rest % base));
            digits.insert(0, rest % base);
        }
        return Draft.of(Draft.key(n, base), problem, work, digits);
    }

    private static Draft power(Draw draw) {
        int modulus = draw.between(7, 19);
        int a = draw.between(2, modulus - 1);
        int exponent = draw.between(2, 4);
        String problem =
                draw.pick(
                                "What is the remainder when %d^%d is divided by %d?",
                                "Find the remainder when %d^%d is divided by %d.")
                        .formatted(a, exponent, modulus);
        Work work = new Work();
        int rest = a;
        for (int i = 1; i < exponent; i++) {
            int product = work.times(rest, a);
            rest = product % modulus;
            work.say("%d-%d*%d=%d".formatted(product, product / modulus, modulus, rest));
        }
        return Draft.of(Draft.key(a, exponent, modulus), problem, work, rest);
    }
}
