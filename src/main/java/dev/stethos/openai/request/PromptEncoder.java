package dev.stethos.openai.request;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.gemma.text.ChatTemplateException;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.serving.ServedModel;
import dev.stethos.web.ApiException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns prompts into tokens that the engine may see: within the vocabulary, not empty, not longer
/// than the context. Text that cannot fit the context whatever its tokens is refused before it is
/// tokenised, so the tokenizer's time is bounded.
public final class PromptEncoder {
    private final GemmaTokenizer tokenizer;
    private final ChatTemplate template;
    private final int maxLength;
    private final long maxCharacters;

    PromptEncoder(GemmaTokenizer tokenizer, ChatTemplate template, int maxLength) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.maxLength = maxLength;
        this.maxCharacters = (long) maxLength * longestToken(tokenizer);
    }

    /// Keeps the served model's encoder, whose making looks at the whole vocabulary.
    @Singleton
    public static final class Cache {
        private volatile @Nullable PromptEncoder last;

        public PromptEncoder of(ServedModel served) {
            PromptEncoder known = last;
            Gemma3Model model = served.model();
            if (known == null || known.tokenizer != model.tokenizer()) {
                known =
                        new PromptEncoder(
                                model.tokenizer(),
                                model.chatTemplate(),
                                served.engine().options().maxLength());
                last = known;
            }
            return known;
        }
    }

    /// No token stands for more bytes of UTF-8, so none for more characters.
    private static int longestToken(GemmaTokenizer tokenizer) {
        return IntStream.range(0, tokenizer.vocabSize())
                .map(id -> tokenizer.bytes(id).length)
                .max()
                .orElse(1);
    }

    public int maxLength() {
        return maxLength;
    }

    /// The prompts of one request, not more than `most`.
    public List<int[]> encode(@Nullable CompletionPrompt prompt, int most) {
        List<int[]> encoded = new ArrayList<>();
        switch (prompt) {
            case null -> throw ApiException.missing("prompt");
            case CompletionPrompt.Texts texts -> {
                checkCount(texts.texts().size(), most);
                for (String text : texts.texts()) {
                    encoded.add(text(indexed(encoded.size(), texts.texts().size()), text, true));
                }
            }
            case CompletionPrompt.Tokens tokens -> {
                checkCount(tokens.prompts().size(), most);
                for (List<Integer> ids : tokens.prompts()) {
                    encoded.add(tokens(indexed(encoded.size(), tokens.prompts().size()), ids));
                }
            }
        }
        return encoded;
    }

    private static void checkCount(int given, int most) {
        if (given > most) {
            throw ApiException.invalidValue("prompt", given + " prompts", "up to " + most);
        }
    }

    private static String indexed(int index, int size) {
        return size == 1 ? "prompt" : "prompt[%d]".formatted(index);
    }

    /// Text from a client, never control tokens; with `bos` the one that a prompt starts with.
    public int[] text(String param, String text, boolean bos) {
        if (text.isEmpty()) {
            throw ApiException.invalidValue(param, "an empty string", "one character or more");
        }
        checkText(param, text);
        int[] ids = tokenizer.encode(text);
        if (!bos) {
            return ids;
        }
        int[] prompt = new int[ids.length + 1];
        prompt[0] = tokenizer.bos();
        System.arraycopy(ids, 0, prompt, 1, ids.length);
        return prompt;
    }

    public int[] tokens(String param, List<Integer> ids) {
        if (ids.isEmpty()) {
            throw ApiException.invalidValue(param, "an empty array", "one token or more");
        }
        int[] prompt = new int[ids.size()];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] =
                    Bounds.tokenId(
                            "%s[%d]".formatted(param, i),
                            ids.get(i).toString(),
                            tokenizer.vocabSize());
        }
        return prompt;
    }

    public int[] chat(List<ChatTemplate.Message> conversation, boolean addGenerationPrompt) {
        if (conversation.size() > maxLength) {
            throw tooLong("messages", conversation.size() + " messages");
        }
        long characters = 0;
        for (int i = 0; i < conversation.size(); i++) {
            String content = conversation.get(i).content();
            checkText("messages[%d].content".formatted(i), content);
            characters += content.length();
        }
        if (characters > maxCharacters) {
            throw tooLong("messages", characters + " characters");
        }
        try {
            return template.encode(conversation, addGenerationPrompt);
        } catch (ChatTemplateException refusal) {
            throw new ApiException(
                    400, "messages", "invalid_value", "messages: " + refusal.getMessage());
        }
    }

    private void checkText(String param, String text) {
        if (text.length() > maxCharacters) {
            throw tooLong(param, text.length() + " characters");
        }
        requireWellFormed(param, text);
    }

    /// Refuses half of a surrogate pair, which no UTF-8 can hold.
    static void requireWellFormed(String param, String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) {
                continue;
            }
            boolean pair =
                    Character.isHighSurrogate(unit)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (!pair) {
                throw ApiException.invalidValue(
                        param,
                        "a lone surrogate (\\u%04x) at character %d".formatted((int) unit, i),
                        "well-formed Unicode");
            }
            i++;
        }
    }

    /// How many tokens may be generated after a prompt: what was asked for if prompt and answer fit
    /// the context, otherwise a refusal; when nothing was asked for, `absent` or what still fits.
    public int room(String promptParam, int promptTokens, @Nullable Integer asked, int absent) {
        int left = maxLength - promptTokens;
        if (left < (asked != null && asked == 0 ? 0 : 1)) {
            throw tooLong(promptParam, promptTokens + " tokens");
        }
        if (asked == null) {
            return Math.min(absent, left);
        }
        if (asked > left) {
            throw exceeded(
                    promptParam,
                    "this model's context is %d tokens; %d were asked for (%d in the prompt, %d to generate), allowed is to generate up to %d"
                            .formatted(
                                    maxLength,
                                    (long) promptTokens + asked,
                                    promptTokens,
                                    asked,
                                    left));
        }
        return asked;
    }

    private ApiException tooLong(String param, String given) {
        return exceeded(
                param,
                "%s: %s were given, allowed is fewer than the context's %d tokens"
                        .formatted(param, given, maxLength));
    }

    private static ApiException exceeded(String param, String message) {
        return new ApiException(400, param, "context_length_exceeded", message);
    }
}
