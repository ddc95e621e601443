package dev.stethos.lab.experiment;

import com.fasterxml.jackson.annotation.JsonValue;

/// A claim, what these arms say of it, and the numbers.
public record Claim(String claim, Verdict verdict, String evidence) {

    /// Undecided is a comparison whose test, or whose interval, allows both answers.
    public enum Verdict {
        SUPPORTED("supported"),
        NOT_SUPPORTED("not supported here"),
        UNDECIDED("undecided here");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @JsonValue
        public String words() {
            return words;
        }

        static Verdict of(boolean supported) {
            return supported ? SUPPORTED : NOT_SUPPORTED;
        }
    }
}
