package dev.stethos.openai.request;

import dev.stethos.web.ApiException;
import org.jspecify.annotations.Nullable;

/// Range checks of request fields: the value, its default where absent, or a refusal that names it.
public final class Bounds {
    private Bounds() {}

    public static int integer(
            String param, @Nullable Integer given, int least, int most, int absent) {
        if (given == null) {
            return absent;
        }
        if (given < least || given > most) {
            throw ApiException.invalidValue(
                    param, given, "an integer from %d to %d".formatted(least, most));
        }
        return given;
    }

    static double number(
            String param, @Nullable Double given, double least, double most, double absent) {
        return given == null ? absent : required(param, given, least, most);
    }

    /// As [#number], but `least` itself is not allowed.
    static double above(
            String param, @Nullable Double given, double least, double most, double absent) {
        if (given == null) {
            return absent;
        }
        if (!(given > least && given <= most)) {
            throw ApiException.invalidValue(
                    param, given, "a number above %s, up to %s".formatted(least, most));
        }
        return given;
    }

    static double required(String param, @Nullable Double given, double least, double most) {
        if (given == null || !(given >= least && given <= most)) {
            throw ApiException.invalidValue(
                    param, String.valueOf(given), "a number from %s to %s".formatted(least, most));
        }
        return given;
    }

    /// A token id given as text; ids outside the vocabulary must never reach the engine.
    static int tokenId(String param, String given, int vocabSize) {
        try {
            int id = Integer.parseInt(given);
            if (id >= 0 && id < vocabSize) {
                return id;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, like a number out of range.
        }
        throw ApiException.invalidValue(
                param,
                given.length() <= 40 ? given : given.substring(0, 40) + "...",
                "a token id from 0 to " + (vocabSize - 1));
    }
}
