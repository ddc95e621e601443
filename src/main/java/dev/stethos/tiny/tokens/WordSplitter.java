package dev.stethos.tiny.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts text into the words that merges never cross: a run of letters with the blank before it, a
/// LaTeX command with its brace, one digit, a run of signs, one line end. Blanks become `▁`, as in
/// Gemma's tokenizer.
final class WordSplitter {
    static final String BLANK = "\u2581";

    private static final Pattern WORD =
            Pattern.compile(
                    BLANK
                            + "?\\\\\\p{L}+\\{?|"
                            + BLANK
                            + "?\\p{L}+|\\d|\n|"
                            + BLANK
                            + "|[^\\p{L}\\d\n"
                            + BLANK
                            + "\\\\]+|.",
                    Pattern.DOTALL);

    private WordSplitter() {}

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text.replace(" ", BLANK));
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }
}
