package dev.stethos.gemma.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.stethos.gemma.config.InvalidModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The checkpoint's `tokenizer.json`. Text from outside is encoded so that it can never become a
/// control token. Safe from any thread.
public final class GemmaTokenizer implements AutoCloseable {
    private static final String BOS = "<bos>";

    /// Never part of well-formed text; set into a message, it breaks up control tokens' spellings.
    private static final String GUARD = "\uDC00";

    /// Unlike a search for the string, this does not match the second half of a pair.
    private static final Pattern LONE_GUARD = Pattern.compile(GUARD);

    private static final String REPLACEMENT = "\uFFFD";
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final Vocabulary vocabulary;
    private final HuggingFaceTokenizer disarmed;
    private final int bos;
    private final Pattern controls;
    private final Pattern controlStarts;

    private GemmaTokenizer(TokenizerFile file) {
        vocabulary = file.vocabulary();
        Integer bosId = vocabulary.controls().get(BOS);
        if (bosId == null) {
            throw new InvalidModelException(
                    "tokenizer.json, added_tokens: given none that is "
                            + BOS
                            + ", which is needed");
        }
        bos = bosId;
        controls =
                Pattern.compile(
                        vocabulary.controls().keySet().stream()
                                .sorted(Comparator.comparingInt(String::length).reversed())
                                .map(Pattern::quote)
                                .collect(Collectors.joining("|")));
        controlStarts =
                Pattern.compile(
                        vocabulary.controls().keySet().stream()
                                .map(spelling -> Pattern.quote(firstCharacter(spelling)))
                                .distinct()
                                .collect(Collectors.joining("|")));
        disarmed = open(file.disarmed());
    }

    /// Reads and checks `tokenizer.json`; refuses with [InvalidModelException] what is not Gemma's
    /// kind of tokenizer.
    public static GemmaTokenizer open(Path folder) {
        return new GemmaTokenizer(TokenizerFile.read(folder));
    }

    /// Text from outside: literals such as `<bos>` become ordinary tokens; nothing is added. Lone
    /// surrogates are encoded as U+FFFD.
    public int[] encode(String text) {
        return ids(text).toArray();
    }

    /// The text of the tokens, control tokens left out; bytes that are not UTF-8 become U+FFFD.
    public String decode(int[] ids) {
        IncrementalDecoder decoder = new IncrementalDecoder(this);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.add(id));
        }
        return text.append(decoder.flush()).toString();
    }

    /// The token as `logprobs` report it: its text; for control tokens and for bytes that are not a
    /// whole character, the name it has in the vocabulary.
    public String spelling(int id) {
        String text = decode(new int[] {id});
        return text.isEmpty() || text.equals(REPLACEMENT) ? vocabulary.spelling(id) : text;
    }

    /// The UTF-8 bytes that the token adds to a text; none for control tokens and for ids that are
    /// not in the vocabulary.
    public byte[] bytes(int id) {
        return vocabulary.bytes(id).clone();
    }

    public boolean isControl(int id) {
        return vocabulary.isControl(id);
    }

    /// Id of the beginning-of-sequence token.
    public int bos() {
        return bos;
    }

    /// One more than the largest id that has a token; the model's own vocabulary may be larger.
    public int vocabSize() {
        return vocabulary.size();
    }

    byte[] sharedBytes(int id) {
        return vocabulary.bytes(id);
    }

    /// A message's text made safe to be put into a prompt that [#encodePrompt] reads: no control
    /// token can begin inside it.
    String guard(String text) {
        return controlStarts
                .matcher(wellFormed(text))
                .replaceAll(start -> Matcher.quoteReplacement(start.group() + GUARD));
    }

    /// A rendered prompt, in which control tokens' spellings are control tokens and guarded text is
    /// text.
    int[] encodePrompt(String prompt) {
        IntStream.Builder all = IntStream.builder();
        Matcher matcher = controls.matcher(prompt);
        int end = 0;
        while (matcher.find()) {
            ids(unguard(prompt.substring(end, matcher.start()))).forEach(all);
            Integer control = vocabulary.controls().get(matcher.group());
            if (control != null) {
                all.add(control);
            }
            end = matcher.end();
        }
        ids(unguard(prompt.substring(end))).forEach(all);
        return all.build().toArray();
    }

    private static String unguard(String text) {
        return LONE_GUARD.matcher(text).replaceAll("");
    }

    private IntStream ids(String text) {
        if (text.isEmpty()) {
            return IntStream.empty();
        }
        long[] ids = disarmed.encode(wellFormed(text), false, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact);
    }

    /// The native library reads a string with a lone surrogate wrongly from its first letter on.
    private static String wellFormed(String text) {
        StringBuilder result = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            result = result == null ? new StringBuilder(text) : result;
            result.setCharAt(i, REPLACEMENT.charAt(0));
        }
        return result == null ? text : result.toString();
    }

    private static String firstCharacter(String text) {
        return text.substring(0, text.offsetByCodePoints(0, 1));
    }

    private static HuggingFaceTokenizer open(String json) {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new InvalidModelException("tokenizer.json: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        disarmed.close();
    }
}
