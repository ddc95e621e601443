package dev.stethos.tiny.problems;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Short documents that are not mathematics: scenes, diaries, dialogues, lists and copied words.
/// Numbers occur, sums do not.
public final class ControlText {
    private static final String[] ADJECTIVES = {
        "red", "old", "small", "quiet", "bright", "cold", "green", "tall", "strange", "happy",
        "tired", "golden", "warm", "dark", "young"
    };
    private static final String[] NOUNS = {
        "fox",
        "house",
        "river",
        "tree",
        "garden",
        "bird",
        "road",
        "king",
        "boat",
        "teacher",
        "window",
        "cat",
        "horse",
        "mountain",
        "bridge",
        "dog"
    };
    private static final String[] VERBS = {
        "runs", "walks", "sleeps", "sings", "waits", "looks", "stands", "rests", "dances", "turns"
    };
    private static final String[] PLACES = {"near", "behind", "above", "under", "beside", "across"};
    private static final String[] WEATHER = {"rain", "snow", "wind", "fog", "sun"};
    private static final String[] MOODS = {"calm", "proud", "sad", "glad", "busy", "late"};
    private static final String[] DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };

    private ControlText() {}

    /// One document of the training part.
    public static String training(Draw draw) {
        String text;
        do {
            text = write(draw);
        } while (Split.of(text) != Split.TRAIN);
        return text;
    }

    /// `count` distinct documents of a held-out part.
    public static List<String> heldOut(Split split, int count, long seed) {
        Draw draw = Draw.at(seed, split.ordinal(), "control".hashCode());
        Set<String> seen = new HashSet<>();
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            String text = write(draw);
            if (Split.of(text) == split && seen.add(text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static String write(Draw draw) {
        return switch (draw.between(0, 6)) {
            case 0, 1 -> scene(draw);
            case 2 -> diary(draw);
            case 3 -> dialogue(draw);
            case 4 -> list(draw);
            case 5 -> copy(draw);
            default -> weather(draw);
        };
    }

    private static String scene(Draw draw) {
        List<String> sentences = new ArrayList<>();
        int count = draw.between(1, 3);
        for (int i = 0; i < count; i++) {
            sentences.add(
                    "The %s %s %s %s the %s %s."
                            .formatted(
                                    draw.pick(ADJECTIVES),
                                    draw.pick(NOUNS),
                                    draw.pick(VERBS),
                                    draw.pick(PLACES),
                                    draw.pick(ADJECTIVES),
                                    draw.pick(NOUNS)));
        }
        return String.join(" ", sentences);
    }

    private static String diary(Draw draw) {
        String name = draw.pick(Words.NAMES);
        return "On %s %s saw %d %s %s the %s %s. Then %s was %s."
                .formatted(
                        draw.pick(DAYS),
                        name,
                        draw.between(2, 199),
                        draw.pick(Words.THINGS),
                        draw.pick(PLACES),
                        draw.pick(ADJECTIVES),
                        draw.pick(NOUNS),
                        name,
                        draw.pick(MOODS));
    }

    private static String dialogue(Draw draw) {
        String thing = draw.pick(NOUNS);
        return "\"Where is the %s?\" asked %s. \"It is %s the %s,\" said %s, \"and the %s is %s.\""
                .formatted(
                        thing,
                        draw.pick(Words.NAMES),
                        draw.pick(PLACES),
                        draw.pick(NOUNS),
                        draw.pick(Words.NAMES),
                        thing,
                        draw.pick(ADJECTIVES));
    }

    private static String list(Draw draw) {
        String[] kind = draw.between(0, 1) == 0 ? Words.NAMES : DAYS;
        String[] source = draw.between(0, 2) == 0 ? Words.THINGS : kind;
        String label = source == Words.NAMES ? "Names" : source == Words.THINGS ? "Things" : "Days";
        List<String> words = new ArrayList<>();
        int count = draw.between(3, 8);
        for (int i = 0; i < count; i++) {
            words.add(draw.pick(source));
        }
        return label + ": " + String.join(", ", words) + ".";
    }

    private static String copy(Draw draw) {
        String[] words = new String[draw.between(3, 6)];
        Arrays.setAll(words, i -> draw.pick(NOUNS));
        String text = String.join(" ", words);
        if (draw.between(0, 1) == 0) {
            return "Copy: " + text + " -> " + text;
        }
        List<String> reversed = Arrays.asList(words).reversed();
        return "Reverse: " + text + " -> " + String.join(" ", reversed);
    }

    private static String weather(Draw draw) {
        String day = draw.pick(DAYS);
        String sky = draw.pick(WEATHER);
        return "The %s came on %s, so %s was %s. After the %s the %s was %s again."
                .formatted(
                        sky,
                        day,
                        draw.pick(Words.NAMES),
                        draw.pick(MOODS),
                        sky,
                        draw.pick(NOUNS),
                        draw.pick(ADJECTIVES));
    }
}
