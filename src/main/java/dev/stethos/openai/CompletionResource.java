package dev.stethos.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.openai.request.Bounds;
import dev.stethos.openai.request.CompletionRequest;
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

/// `POST /v1/completions`: the continuation of one or more prompts, whole or as a stream.
@Path("/v1/completions")
@Tag(name = "OpenAI")
public final class CompletionResource {
    private final Serving serving;
    private final PromptEncoder.Cache encoders;
    private final AnswerWriter writer;
    private final ObjectMapper json;

    CompletionResource(
            Serving serving, PromptEncoder.Cache encoders, AnswerWriter writer, ObjectMapper json) {
        this.serving = serving;
        this.encoders = encoders;
        this.writer = writer;
        this.json = json;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    @Operation(summary = "The continuation of prompts, as JSON or as server-sent events")
    public Response create(@Nullable CompletionRequest body, @Context RoutingContext http) {
        if (body == null) {
            throw ApiException.missing("body");
        }
        String modelId = body.requiredModel();
        ServedModel served = serving.model();
        int places = served.engine().options().queueCapacity();
        PromptEncoder encoder = encoders.of(served);
        List<int[]> prompts = encoder.encode(body.prompt(), places);
        int choices = body.choices(places / prompts.size());
        Function<Revision, List<GenerationRequest>> requests =
                requests(body, served, encoder, prompts, choices);
        body.usageInStream();

        Pin pin = served.pin(modelId);
        AnswerHead head = AnswerHead.of("cmpl-", pin);
        AnswerWriter.Exchange exchange =
                new AnswerWriter.Exchange(served, pin, head, CompletionCall.TEXT, choices, http);
        GemmaTokenizer tokenizer = served.model().tokenizer();
        if (body.streams()) {
            int total = prompts.size() * choices;
            return writer.stream(
                    exchange,
                    requests,
                    new CompletionChunks(head, tokenizer, json, body, prompts, total));
        }
        return writer.whole(
                exchange, requests, outcomes -> answer(head, tokenizer, body, prompts, outcomes));
    }

    private static Function<Revision, List<GenerationRequest>> requests(
            CompletionRequest body,
            ServedModel served,
            PromptEncoder encoder,
            List<int[]> prompts,
            int choices) {
        GenerationDefaults defaults = served.model().generationDefaults();
        int vocabSize = served.model().tokenizer().vocabSize();
        Integer asked = body.maxTokens();
        Bounds.integer("max_tokens", asked, body.scoresPrompt() ? 0 : 1, Integer.MAX_VALUE, 0);
        int[] maxTokens =
                prompts.stream()
                        .mapToInt(prompt ->
                                encoder.room(
                                        "prompt",
                                        prompt.length,
                                        asked,
                                        CompletionRequest.DEFAULT_MAX_TOKENS))
                        .toArray();
        List<String> stop = body.stopStrings();
        Set<Integer> stopTokens = body.stopTokens(defaults, vocabSize);
        body.sampling(defaults, vocabSize, 0);
        Priority priority = body.wantedPriority();
        return revision -> {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < prompts.size() * choices; i++) {
                requests.add(
                        new GenerationRequest(
                                revision,
                                prompts.get(i / choices),
                                body.sampling(defaults, vocabSize, i % choices),
                                maxTokens[i / choices],
                                stop,
                                stopTokens,
                                Set.of(),
                                body.engineLogprobs(),
                                body.scoresPrompt(),
                                priority));
            }
            return requests;
        };
    }

    private Completion answer(
            AnswerHead head,
            GemmaTokenizer tokenizer,
            CompletionRequest body,
            List<int[]> prompts,
            List<Outcome> outcomes) {
        List<Completion.Choice> choices = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            int[] prompt = prompts.get(choices.size() * prompts.size() / outcomes.size());
            choices.add(choice(choices.size(), tokenizer, body, prompt, outcome));
        }
        Usage usage = Usage.of(prompts, outcomes);
        return Completion.of(head, choices, json.valueToTree(usage));
    }

    private static Completion.Choice choice(
            int index,
            GemmaTokenizer tokenizer,
            CompletionRequest body,
            int[] prompt,
            Outcome outcome) {
        String echo = body.echoes() ? tokenizer.decode(prompt) : "";
        int top = body.wantedLogprobs();
        Completion.Logprobs logprobs = null;
        if (top >= 0) {
            logprobs = Completion.Logprobs.empty();
            TokenOffsets offsets = new TokenOffsets();
            if (body.echoes()) {
                logprobs.add(tokenizer, outcome.prompt(), echo, offsets, top);
            }
            for (GenerationEvent.Text text : outcome.texts()) {
                logprobs.add(tokenizer, text.logprobs(), text.text(), offsets, top);
            }
        }
        int promptTop = body.wantedPromptLogprobs();
        return new Completion.Choice(
                index,
                echo + outcome.text(),
                logprobs,
                ChatChunks.finishReason(outcome.finished()),
                promptTop < 0
                        ? null
                        : Completion.PromptLogprob.of(tokenizer, outcome.prompt(), promptTop));
    }
}
