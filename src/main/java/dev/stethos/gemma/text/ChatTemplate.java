package dev.stethos.gemma.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.gemma.config.ModelJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The checkpoint's own chat template, rendered so that message text is never interpreted: neither
/// as template nor as control tokens. Safe from any thread.
public final class ChatTemplate {
    private static final String JINJA = "chat_template.jinja";
    private static final List<String> JSON = List.of("tokenizer_config.json", "chat_template.json");
    private static final String FIELD = "chat_template";
    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    private final TemplateEngine engine = new TemplateEngine();
    private final GemmaTokenizer tokenizer;
    private final @Nullable String template;

    private ChatTemplate(GemmaTokenizer tokenizer, @Nullable String template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    public record Message(String role, String content) {}

    /// Reads `chat_template.jinja` or the `chat_template` of `tokenizer_config.json`. A template
    /// that cannot render a greeting is refused with [InvalidModelException]; a folder without one
    /// gives a template that refuses every conversation.
    public static ChatTemplate read(Path folder, GemmaTokenizer tokenizer) {
        ChatTemplate template = new ChatTemplate(tokenizer, source(folder));
        if (template.template != null) {
            try {
                template.encode(List.of(new Message("user", "Hello")), true);
            } catch (ChatTemplateException e) {
                throw new InvalidModelException(
                        "the chat template does not render a user's message: " + e.getMessage(), e);
            }
        }
        return template;
    }

    /// Prompt tokens, BOS included once. Refuses with [ChatTemplateException] what the template
    /// refuses (role order) and any rendering error.
    public int[] encode(List<Message> messages, boolean addGenerationPrompt) {
        int[] ids = tokenizer.encodePrompt(render(messages, addGenerationPrompt));
        return ids.length > 0 && ids[0] == tokenizer.bos()
                ? ids
                : IntStream.concat(IntStream.of(tokenizer.bos()), IntStream.of(ids)).toArray();
    }

    /// The prompt's text, with message text guarded against being read as control tokens.
    String render(List<Message> messages, boolean addGenerationPrompt) {
        if (template == null) {
            throw new ChatTemplateException("this model has no chat template");
        }
        requireConversation(messages);
        List<Map<String, String>> guarded =
                messages.stream()
                        .map(m -> Map.of("role", m.role(), "content", tokenizer.guard(m.content())))
                        .toList();
        return engine.render(
                template,
                Map.of(
                        "messages",
                        guarded,
                        "add_generation_prompt",
                        addGenerationPrompt,
                        "bos_token",
                        "<bos>",
                        "eos_token",
                        "<eos>"));
    }

    private static void requireConversation(List<Message> messages) {
        boolean user = false;
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.get(i).role();
            if (!ROLES.contains(role)) {
                throw new ChatTemplateException(
                        "messages[%d].role: given '%s', allowed 'system', 'user' and 'assistant'"
                                .formatted(i, role));
            }
            if (role.equals("system") && i > 0) {
                throw new ChatTemplateException(
                        "messages[" + i + "].role: 'system' is allowed for the first message only");
            }
            user |= role.equals("user");
        }
        if (!user) {
            throw new ChatTemplateException("messages: given none with the role 'user'");
        }
    }

    private static @Nullable String source(Path folder) {
        Path jinja = folder.resolve(JINJA);
        if (Files.exists(jinja)) {
            try {
                return Files.readString(jinja);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (String name : JSON) {
            if (Files.exists(folder.resolve(name))) {
                ModelJson json = ModelJson.read(folder.resolve(name));
                if (json.has(FIELD)) {
                    return json.field(FIELD).isArray() ? defaultOf(json) : json.text(FIELD);
                }
            }
        }
        return null;
    }

    private static String defaultOf(ModelJson json) {
        for (JsonNode node : json.field(FIELD)) {
            ModelJson named = new ModelJson(json.where() + ": " + FIELD, node);
            if (named.text("name").equals("default")) {
                return named.text("template");
            }
        }
        throw json.refuse(FIELD, "a list without it", "one template named \"default\"");
    }
}
