package dev.stethos.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.sampling.TokenLogprob;
import dev.stethos.openai.request.CompletionRequest;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A completion as chunks: for each choice the echoed prompt if asked for, then text, its finish
/// reason last; then usage, if asked for. Choices are numbered prompt by prompt.
final class CompletionChunks implements EventStream.Chunks {
    private final AnswerHead head;
    private final GemmaTokenizer tokenizer;
    private final ObjectMapper json;
    private final CompletionRequest request;
    private final List<int[]> prompts;
    private final List<TokenOffsets> offsets;
    private final @Nullable JsonNode noUsage;
    private final Usage.Count count;

    CompletionChunks(
            AnswerHead head,
            GemmaTokenizer tokenizer,
            ObjectMapper json,
            CompletionRequest request,
            List<int[]> prompts,
            int choices) {
        this.head = head;
        this.tokenizer = tokenizer;
        this.json = json;
        this.request = request;
        this.prompts = prompts;
        this.count = new Usage.Count(prompts, choices);
        this.offsets = Stream.generate(TokenOffsets::new).limit(choices).toList();
        this.noUsage = request.usageInStream() ? NullNode.instance : null;
    }

    @Override
    public List<?> opening() {
        boolean now = request.echoes() && !request.scoresPrompt();
        return IntStream.range(0, now ? offsets.size() : 0)
                .mapToObj(index -> text(index, promptText(index), List.of()))
                .toList();
    }

    @Override
    public List<?> of(int index, GenerationEvent event) {
        return switch (event) {
            case GenerationEvent.PromptScored scored ->
                    request.echoes()
                            ? List.of(text(index, promptText(index), scored.tokens()))
                            : List.of();
            case GenerationEvent.Text text ->
                    text.text().isEmpty()
                                    && (request.wantedLogprobs() < 0 || text.logprobs().isEmpty())
                            ? List.of()
                            : List.of(text(index, text.text(), text.logprobs()));
            case GenerationEvent.Finished finished -> {
                count.add(index, finished);
                String reason = ChatChunks.finishReason(finished);
                yield List.of(chunk(new Completion.Choice(index, "", null, reason, null)));
            }
            case GenerationEvent.Failed failed -> throw new IllegalStateException(failed.message());
        };
    }

    private String promptText(int index) {
        return tokenizer.decode(prompts.get(index * prompts.size() / offsets.size()));
    }

    private Completion text(int index, String text, List<TokenLogprob> tokens) {
        Completion.Logprobs logprobs = null;
        if (request.wantedLogprobs() >= 0) {
            logprobs = Completion.Logprobs.empty();
            logprobs.add(tokenizer, tokens, text, offsets.get(index), request.wantedLogprobs());
        }
        return chunk(new Completion.Choice(index, text, logprobs, null, null));
    }

    private Completion chunk(Completion.Choice choice) {
        return Completion.of(head, List.of(choice), noUsage);
    }

    @Override
    public List<?> closing() {
        if (noUsage == null) {
            return List.of();
        }
        return List.of(Completion.of(head, List.of(), json.valueToTree(count.usage())));
    }
}
