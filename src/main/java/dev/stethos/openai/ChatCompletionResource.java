package dev.stethos.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.openai.request.Bounds;
import dev.stethos.openai.request.ChatCompletionRequest;
import dev.stethos.openai.request.ChatMessage;
import dev.stethos.openai.request.PromptEncoder;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.Serving;
import dev.stethos.traces.CompletionCall;
import dev.stethos.web.ApiException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// `POST /v1/chat/completions`: a conversation's next message, whole or as a stream.
@Path("/v1/chat/completions")
@Tag(name = "OpenAI")
public final class ChatCompletionResource {
    private final Serving serving;
    private final PromptEncoder.Cache encoders;
    private final AnswerWriter writer;
    private final ObjectMapper json;

    ChatCompletionResource(
            Serving serving, PromptEncoder.Cache encoders, AnswerWriter writer, ObjectMapper json) {
        this.serving = serving;
        this.encoders = encoders;
        this.writer = writer;
        this.json = json;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(summary = "The next message of a conversation, as JSON or as server-sent events")
    public Response create(@Nullable ChatCompletionRequest body, @Context RoutingContext http) {
        if (body == null) {
            throw ApiException.missing("body");
        }
        String modelId = body.requiredModel();
        ServedModel served = serving.model();
        int choices = body.choices(served.engine().options().queueCapacity());
        PromptEncoder encoder = encoders.of(served);
        int[] prompt = encoder.chat(ChatMessage.conversation(body.messages()), true);
        Function<Revision, List<GenerationRequest>> requests =
                requests(body, served, encoder, prompt, choices);
        body.usageInStream();

        Pin pin = served.pin(modelId);
        AnswerHead head = AnswerHead.of("chatcmpl-", pin);
        AnswerWriter.Exchange exchange =
                new AnswerWriter.Exchange(served, pin, head, CompletionCall.CHAT, choices, http);
        GemmaTokenizer tokenizer = served.model().tokenizer();
        List<int[]> prompts = List.of(prompt);
        if (body.streams()) {
            return writer.stream(
                    exchange,
                    requests,
                    new ChatChunks(head, tokenizer, json, body, prompts, choices));
        }
        return writer.whole(
                exchange, requests, outcomes -> answer(head, tokenizer, body, prompts, outcomes));
    }

    private static Function<Revision, List<GenerationRequest>> requests(
            ChatCompletionRequest body,
            ServedModel served,
            PromptEncoder encoder,
            int[] prompt,
            int choices) {
        GenerationDefaults defaults = served.model().generationDefaults();
        int vocabSize = served.model().tokenizer().vocabSize();
        Integer asked = body.askedTokens();
        if (asked != null) {
            Bounds.integer(body.maxTokensField(), asked, 1, Integer.MAX_VALUE, asked);
        }
        int maxTokens = encoder.room("messages", prompt.length, asked, Integer.MAX_VALUE);
        List<String> stop = body.stopStrings();
        Set<Integer> stopTokens = body.stopTokens(defaults, vocabSize);
        int logprobs = body.wantedLogprobs();
        body.sampling(defaults, vocabSize, 0);
        Priority priority = body.wantedPriority();
        return revision -> {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < choices; i++) {
                requests.add(
                        new GenerationRequest(
                                revision,
                                prompt,
                                body.sampling(defaults, vocabSize, i),
                                maxTokens,
                                stop,
                                stopTokens,
                                Set.of(),
                                logprobs,
                                false,
                                priority));
            }
            return requests;
        };
    }

    private static ChatCompletion answer(
            AnswerHead head,
            GemmaTokenizer tokenizer,
            ChatCompletionRequest body,
            List<int[]> prompts,
            List<Outcome> outcomes) {
        int top = body.wantedLogprobs();
        List<ChatCompletion.Choice> choices = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            choices.add(
                    new ChatCompletion.Choice(
                            choices.size(),
                            ChatCompletion.Message.assistant(outcome.text()),
                            top < 0
                                    ? null
                                    : ChatCompletion.Logprobs.of(
                                            tokenizer, outcome.logprobs(), top),
                            ChatChunks.finishReason(outcome.finished())));
        }
        return ChatCompletion.of(head, choices, Usage.of(prompts, outcomes));
    }
}
