package dev.stethos.inference;

import java.util.List;

/// Looks for stop strings in text that arrives character by character. The stop that is complete
/// first wins; of several that end at the same character, the longest. Knuth, Morris and Pratt's
/// automaton, so the time per character does not depend on the stops' lengths.
final class StopMatcher {
    private final List<String> stops;
    private final int[][] borders;
    private final int[] matched;

    StopMatcher(List<String> stops) {
        this.stops = stops;
        this.borders = stops.stream().map(StopMatcher::borders).toArray(int[][]::new);
        this.matched = new int[stops.size()];
    }

    /// Takes the next character; returns the length of the stop that it completes, or 0. Not to be
    /// called again after a stop.
    int accept(char c) {
        int found = 0;
        for (int i = 0; i < matched.length; i++) {
            String stop = stops.get(i);
            int state = matched[i];
            while (state > 0 && stop.charAt(state) != c) {
                state = borders[i][state - 1];
            }
            if (stop.charAt(state) == c) {
                state++;
            }
            matched[i] = state;
            if (state == stop.length()) {
                found = Math.max(found, state);
            }
        }
        return found;
    }

    /// How many of the last characters may be the beginning of a stop string.
    int pending() {
        int longest = 0;
        for (int state : matched) {
            longest = Math.max(longest, state);
        }
        return longest;
    }

    /// For each prefix, the length of its longest proper suffix that is also a prefix.
    private static int[] borders(String stop) {
        int[] border = new int[stop.length()];
        int state = 0;
        for (int i = 1; i < stop.length(); i++) {
            while (state > 0 && stop.charAt(i) != stop.charAt(state)) {
                state = border[state - 1];
            }
            if (stop.charAt(i) == stop.charAt(state)) {
                state++;
            }
            border[i] = state;
        }
        return border;
    }
}
