package dev.stethos.openai.request;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.web.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message of a conversation as clients send it; its content is a string or an array of text
/// parts, which are joined without anything between them.
public record ChatMessage(
        @Nullable String role,
        @Nullable JsonNode content,
        @JsonAnySetter @Nullable Map<String, JsonNode> others) {

    private static final List<String> ROLES = List.of("system", "developer", "user", "assistant");

    /// The conversation as the chat template takes it.
    public static List<ChatTemplate.Message> conversation(@Nullable List<ChatMessage> messages) {
        if (messages == null) {
            throw ApiException.missing("messages");
        }
        if (messages.isEmpty()) {
            throw ApiException.invalidValue("messages", "an empty array", "one message or more");
        }
        List<ChatTemplate.Message> conversation = new ArrayList<>();
        for (@Nullable ChatMessage message : messages) {
            String where = "messages[%d]".formatted(conversation.size());
            if (message == null) {
                throw ApiException.invalidValue(where, "null", "an object");
            }
            conversation.add(message.forTemplate(where));
        }
        return conversation;
    }

    private ChatTemplate.Message forTemplate(String where) {
        OtherFields.check(where + ".", others);
        if (role == null) {
            throw ApiException.missing(where + ".role");
        }
        if (!ROLES.contains(role)) {
            throw ApiException.invalidValue(
                    where + ".role",
                    role.length() <= 40 ? "'" + role + "'" : "a longer name",
                    String.join(", ", ROLES));
        }
        return new ChatTemplate.Message(
                role.equals("developer") ? "system" : role, text(where + ".content", content));
    }

    private static String text(String where, @Nullable JsonNode content) {
        if (content == null || content.isNull()) {
            throw ApiException.missing(where);
        }
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray() || content.isEmpty()) {
            throw new ApiException(
                    400,
                    where,
                    "invalid_type",
                    where + ": allowed is a string or a filled array of text parts");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            text.append(part("%s[%d]".formatted(where, i), content.get(i)));
        }
        return text.toString();
    }

    private static String part(String where, JsonNode part) {
        JsonNode type = part.path("type");
        if (!type.isTextual()) {
            throw ApiException.missing(where + ".type");
        }
        if (!type.textValue().equals("text")) {
            throw ApiException.unsupported(
                    where + ".type", "this model reads text only; allowed is \"text\"");
        }
        JsonNode text = part.path("text");
        if (!text.isTextual()) {
            throw new ApiException(
                    400, where + ".text", "invalid_type", where + ".text: allowed is a string");
        }
        return text.textValue();
    }
}
