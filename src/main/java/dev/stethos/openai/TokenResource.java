package dev.stethos.openai;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.openai.request.ChatMessage;
import dev.stethos.openai.request.OtherFields;
import dev.stethos.openai.request.PromptEncoder;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.Serving;
import dev.stethos.serving.UnknownModelException;
import dev.stethos.web.ApiException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// `POST /tokenize` and `/detokenize` in vLLM's shape. What /tokenize returns is what a completion
/// of the same prompt or messages would read.
@Path("/")
@Tag(name = "Tokens")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class TokenResource {
    private final Serving serving;
    private final PromptEncoder.Cache encoders;

    TokenResource(Serving serving, PromptEncoder.Cache encoders) {
        this.serving = serving;
        this.encoders = encoders;
    }

    /// Either a prompt or messages. `add_special_tokens` (true if absent) puts the token before a
    /// prompt that every text starts with; messages have it in any case.
    @JsonNaming(SnakeCaseStrategy.class)
    record TokenizeRequest(
            @Nullable String model,
            @Nullable String prompt,
            @Nullable List<ChatMessage> messages,
            @Nullable Boolean addSpecialTokens,
            @Nullable Boolean addGenerationPrompt,
            @Nullable Boolean returnTokenStrs,
            @JsonAnySetter @Nullable Map<String, JsonNode> others) {
        TokenizeRequest {
            OtherFields.check("", others);
            if ((prompt == null) == (messages == null)) {
                throw new ApiException(
                        400,
                        "prompt",
                        "invalid_value",
                        "prompt: allowed is exactly one of prompt and messages");
            }
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record TokenizeAnswer(
            int count,
            int maxModelLen,
            int[] tokens,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> tokenStrs) {}

    record DetokenizeRequest(@Nullable String model, @Nullable List<Integer> tokens) {}

    record DetokenizeAnswer(String prompt) {}

    @POST
    @Path("tokenize")
    @Operation(summary = "The tokens of a prompt or a conversation")
    public TokenizeAnswer tokenize(@Nullable TokenizeRequest body) {
        if (body == null) {
            throw ApiException.missing("body");
        }
        ServedModel served = model(body.model());
        PromptEncoder encoder = encoders.of(served);
        String prompt = body.prompt();
        int[] tokens =
                prompt == null
                        ? encoder.chat(
                                ChatMessage.conversation(body.messages()),
                                !Boolean.FALSE.equals(body.addGenerationPrompt()))
                        : encoder.text(
                                "prompt", prompt, !Boolean.FALSE.equals(body.addSpecialTokens()));
        GemmaTokenizer tokenizer = served.model().tokenizer();
        List<String> spellings =
                Boolean.TRUE.equals(body.returnTokenStrs())
                        ? Arrays.stream(tokens).mapToObj(tokenizer::spelling).toList()
                        : null;
        return new TokenizeAnswer(tokens.length, encoder.maxLength(), tokens, spellings);
    }

    @POST
    @Path("detokenize")
    @Operation(summary = "The text of tokens, control tokens left out")
    public DetokenizeAnswer detokenize(@Nullable DetokenizeRequest body) {
        if (body == null) {
            throw ApiException.missing("body");
        }
        ServedModel served = model(body.model());
        List<Integer> tokens = body.tokens();
        if (tokens == null) {
            throw ApiException.missing("tokens");
        }
        int[] ids = encoders.of(served).tokens("tokens", tokens);
        return new DetokenizeAnswer(served.model().tokenizer().decode(ids));
    }

    private ServedModel model(@Nullable String id) {
        ServedModel served = serving.model();
        List<ModelCard> cards = served.models();
        if (id != null && cards.stream().noneMatch(card -> card.id().equals(id))) {
            throw new UnknownModelException(ModelResource.unknown(id, cards));
        }
        return served;
    }
}
