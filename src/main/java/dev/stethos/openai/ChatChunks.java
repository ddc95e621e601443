package dev.stethos.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.openai.request.ChatCompletionRequest;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A chat completion as chunks: for each choice its role first, then text, its finish reason last;
/// then usage, if asked for.
final class ChatChunks implements EventStream.Chunks {
    private final AnswerHead head;
    private final GemmaTokenizer tokenizer;
    private final ObjectMapper json;
    private final ChatCompletionRequest request;
    private final int choices;
    private final @Nullable JsonNode noUsage;
    private final Usage.Count count;

    ChatChunks(
            AnswerHead head,
            GemmaTokenizer tokenizer,
            ObjectMapper json,
            ChatCompletionRequest request,
            List<int[]> prompts,
            int choices) {
        this.head = head;
        this.tokenizer = tokenizer;
        this.json = json;
        this.request = request;
        this.count = new Usage.Count(prompts, choices);
        this.choices = choices;
        this.noUsage = request.usageInStream() ? NullNode.instance : null;
    }

    @Override
    public List<?> opening() {
        return IntStream.range(0, choices)
                .mapToObj(index -> chunk(index, new ChatCompletion.Delta("assistant", "")))
                .toList();
    }

    @Override
    public List<?> of(int index, GenerationEvent event) {
        return switch (event) {
            case GenerationEvent.PromptScored scored -> List.of();
            case GenerationEvent.Text text -> text(index, text);
            case GenerationEvent.Finished finished -> {
                count.add(index, finished);
                yield List.of(
                        chunk(
                                new ChatCompletion.ChunkChoice(
                                        index,
                                        new ChatCompletion.Delta(null, null),
                                        null,
                                        finishReason(finished))));
            }
            case GenerationEvent.Failed failed -> throw new IllegalStateException(failed.message());
        };
    }

    private List<?> text(int index, GenerationEvent.Text text) {
        int top = request.wantedLogprobs();
        if (text.text().isEmpty() && (top < 0 || text.logprobs().isEmpty())) {
            return List.of();
        }
        return List.of(
                chunk(
                        new ChatCompletion.ChunkChoice(
                                index,
                                new ChatCompletion.Delta(null, text.text()),
                                top < 0
                                        ? null
                                        : ChatCompletion.Logprobs.of(
                                                tokenizer, text.logprobs(), top),
                                null)));
    }

    @Override
    public List<?> closing() {
        if (noUsage == null) {
            return List.of();
        }
        return List.of(ChatCompletion.Chunk.of(head, List.of(), json.valueToTree(count.usage())));
    }

    private ChatCompletion.Chunk chunk(int index, ChatCompletion.Delta delta) {
        return chunk(new ChatCompletion.ChunkChoice(index, delta, null, null));
    }

    private ChatCompletion.Chunk chunk(ChatCompletion.ChunkChoice choice) {
        return ChatCompletion.Chunk.of(head, List.of(choice), noUsage);
    }

    /// `stop` or `length`.
    static String finishReason(GenerationEvent.Finished finished) {
        return finished.reason().name().toLowerCase(Locale.ROOT);
    }
}
