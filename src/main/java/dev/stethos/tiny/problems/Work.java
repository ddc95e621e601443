package dev.stethos.tiny.problems;

/// The steps of a solution, written as they are computed: `12*7=84. 84+5=89.`
final class Work {
    private final StringBuilder text = new StringBuilder();

    int plus(int a, int b) {
        return step(a + "+" + b, a + b);
    }

    int minus(int a, int b) {
        return step(a + "-" + b, a - b);
    }

    int times(int a, int b) {
        return step(a + "*" + b, a * b);
    }

    /// Only for divisions without remainder.
    int over(int a, int b) {
        if (a % b != 0) {
            throw new IllegalArgumentException(a + " is not a multiple of " + b);
        }
        return step(a + "/" + b, a / b);
    }

    /// One step in the template's own words.
    Work say(String step) {
        if (!text.isEmpty()) {
            text.append(' ');
        }
        text.append(step).append('.');
        return this;
    }

    String boxed(Object answer) {
        return text + (text.isEmpty() ? "" : " ") + "\\boxed{" + answer + "}";
    }

    private int step(String expression, int value) {
        say(expression + "=" + value);
        return value;
    }
}
