package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextStageTest {
    private final List<Text> sent = new ArrayList<>();
    private boolean stopped;

    @Test
    void sendsTheTextUpToTheFirstStopHoweverItIsCutIntoTokens() {
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            String text = random(random, "abc", random.nextInt(25));
            List<String> stops =
                    IntStream.range(0, random.nextInt(4))
                            .mapToObj(i -> random(random, "abc", 1 + random.nextInt(4)))
                            .toList();
            List<String> pieces = cut(random, text);
            String expected = upToFirstStop(text, stops);
            run(pieces, stops);
            assertThat(text()).as("%s at %s", pieces, stops).isEqualTo(expected);
            assertThat(stopped).isEqualTo(expected.length() < text.length());
            assertThat(tokens()).isEqualTo(tokensThatBeginIn(expected, pieces, stopped));
        }
    }

    @Test
    void holdsBackOnlyWhatCouldBecomeAStop() {
        Random random = new Random(2);
        for (int round = 0; round < 2_000; round++) {
            List<String> stops = List.of(random(random, "ab", 4), random(random, "ab", 6));
            TextStage stage = new TextStage(new Pieces(List.of("a", "b")), stops);
            StringBuilder all = new StringBuilder();
            int sentLength = 0;
            for (int i = 0; i < 12; i++) {
                int token = random.nextInt(2);
                all.append(token == 0 ? "a" : "b");
                Text ready = stage.append(token, null);
                sentLength += ready == null ? 0 : ready.text().length();
                if (stage.stopped()) {
                    break;
                }
                assertThat(all.length() - sentLength)
                        .isEqualTo(possibleStart(all.toString(), stops));
            }
        }
    }

    @Test
    void sendsTextBeforeAStopInsideOneToken() {
        run(List.of("x", "yes END no", "z"), List.of("END"));
        assertThat(sent).extracting(Text::text).containsExactly("x", "yes ");
        assertThat(tokens()).containsExactly(0, 1);
        assertThat(stopped).isTrue();
    }

    @Test
    void flushesHeldTextAtTheEnd() {
        run(List.of("a", "EN"), List.of("END"));
        assertThat(sent).extracting(Text::text).containsExactly("a", "EN");
        assertThat(tokens()).containsExactly(0, 1);
        assertThat(stopped).isFalse();
    }

    @Test
    void ofStopsThatEndTogetherTheLongestIsCutOut() {
        run(List.of("xab"), List.of("b", "ab"));
        assertThat(text()).isEqualTo("x");
    }

    @Test
    void tokensWithoutTextTravelWithTheNext() {
        run(List.of("a", "", "", "é", ""), List.of());
        assertThat(sent)
                .containsExactly(
                        new Text("a", List.of(0), List.of()),
                        new Text("é", List.of(1, 2, 3), List.of()),
                        new Text("", List.of(4), List.of()));
    }

    @Test
    void logprobsTravelWithTheirTokens() {
        TextStage stage = new TextStage(new Pieces(List.of("a", "E", "b")), List.of("END"));
        stage.append(0, new TokenLogprob(0, -1, List.of()));
        assertThat(stage.append(1, new TokenLogprob(1, -2, List.of()))).isNull();
        assertThat(stage.append(2, new TokenLogprob(2, -3, List.of())))
                .isEqualTo(
                        new Text(
                                "Eb",
                                List.of(1, 2),
                                List.of(
                                        new TokenLogprob(1, -2, List.of()),
                                        new TokenLogprob(2, -3, List.of()))));
        assertThat(stage.finish()).isNull();
    }

    @Test
    void aStopCanBecomeCompleteInWhatTheEndAdds() {
        TextStage stage =
                new TextStage(
                        new Decoder.TokenText() {
                            @Override
                            public String add(int token) {
                                return "a";
                            }

                            @Override
                            public String flush() {
                                return "\uFFFD";
                            }
                        },
                        List.of("a\uFFFD"));
        assertThat(stage.append(0, null)).isNull();
        assertThat(stage.finish()).isNull();
        assertThat(stage.stopped()).isTrue();
    }

    private void run(List<String> pieces, List<String> stops) {
        sent.clear();
        TextStage stage = new TextStage(new Pieces(pieces), stops);
        for (int token = 0; token < pieces.size() && !stage.stopped(); token++) {
            keep(stage.append(token, null));
        }
        keep(stage.finish());
        stopped = stage.stopped();
    }

    private void keep(@Nullable Text text) {
        if (text != null) {
            sent.add(text);
        }
    }

    private String text() {
        StringBuilder all = new StringBuilder();
        sent.forEach(text -> all.append(text.text()));
        return all.toString();
    }

    private List<Integer> tokens() {
        return sent.stream().flatMap(text -> text.tokens().stream()).toList();
    }

    private static List<Integer> tokensThatBeginIn(
            String text, List<String> pieces, boolean stopped) {
        List<Integer> tokens = new ArrayList<>();
        int start = 0;
        for (int token = 0; token < pieces.size(); token++) {
            if (!stopped || start < text.length()) {
                tokens.add(token);
            }
            start += pieces.get(token).length();
        }
        return tokens;
    }

    private static String upToFirstStop(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            int longest = 0;
            for (String stop : stops) {
                longest =
                        text.substring(0, end).endsWith(stop)
                                ? Math.max(longest, stop.length())
                                : longest;
            }
            if (longest > 0) {
                return text.substring(0, end - longest);
            }
        }
        return text;
    }

    private static int possibleStart(String text, List<String> stops) {
        for (int length = text.length(); length > 0; length--) {
            String suffix = text.substring(text.length() - length);
            if (stops.stream().anyMatch(stop -> stop.startsWith(suffix))) {
                return length;
            }
        }
        return 0;
    }

    private static List<String> cut(Random random, String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + random.nextInt(5));
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    private static String random(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /// Token i stands for piece i.
    private record Pieces(List<String> pieces) implements Decoder.TokenText {
        @Override
        public String add(int token) {
            return pieces.get(token);
        }

        @Override
        public String flush() {
            return "";
        }
    }
}
