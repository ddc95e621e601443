package dev.stethos.tiny.problems;

import java.util.Arrays;
import java.util.stream.Collectors;

/// What a template writes: the key holds every number the answer depends on, the solution its steps
/// and the boxed answer.
record Draft(String key, String problem, String solution) {

    static Draft of(String key, String problem, Work work, Object answer) {
        return new Draft(key, problem, work.boxed(answer));
    }

    /// A key of numbers whose order matters.
    static String key(int... numbers) {
        return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining("."));
    }

    /// A key of numbers whose order does not change the answer.
    static String unordered(int... numbers) {
        return key(Arrays.stream(numbers).sorted().toArray());
    }
}
