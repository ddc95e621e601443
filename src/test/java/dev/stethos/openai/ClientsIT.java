package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Other people's clients against the running server.
@QuarkusTest
final class ClientsIT {
    private static final String QUESTION = "Find the sum of 12 and 30.";
    private static final int TOKENS = 24;

    @TestHTTPResource("/v1")
    @SuppressWarnings("NullAway.Init")
    URI v1;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @SuppressWarnings("NullAway.Init")
    private OpenAIClient openAi;

    @SuppressWarnings("NullAway.Init")
    private String model;

    @BeforeEach
    void connect() {
        openAi =
                OpenAIOkHttpClient.builder()
                        .baseUrl(v1.toString())
                        .apiKey("none")
                        .maxRetries(0)
                        .build();
        model = new Api(uri).model();
    }

    @AfterEach
    void close() {
        openAi.close();
    }

    @Test
    void openAiListsAndShowsModels() {
        assertThat(openAi.models().list().data()).extracting(Model::id).contains(model);
        assertThat(openAi.models().retrieve(model).id()).isEqualTo(model);
    }

    @Test
    void openAiStreamsTheSameChatAsItGetsWhole() {
        ChatCompletionCreateParams params =
                ChatCompletionCreateParams.builder()
                        .model(model)
                        .addSystemMessage("Answer briefly.")
                        .addUserMessage(QUESTION)
                        .temperature(0)
                        .maxCompletionTokens(TOKENS)
                        .logprobs(true)
                        .topLogprobs(2)
                        .seed(4)
                        .user("someone")
                        .build();
        com.openai.models.chat.completions.ChatCompletion whole =
                openAi.chat().completions().create(params);
        ChatCompletionAccumulator streamed = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> chunks =
                openAi.chat()
                        .completions()
                        .createStreaming(
                                params.toBuilder()
                                        .streamOptions(
                                                ChatCompletionStreamOptions.builder()
                                                        .includeUsage(true)
                                                        .build())
                                        .build())) {
            chunks.stream().forEach(streamed::accumulate);
        }

        assertThat(whole.choices().getFirst().message().content()).isPresent();
        assertThat(streamed.chatCompletion().choices().getFirst().message().content())
                .isEqualTo(whole.choices().getFirst().message().content());
        assertThat(streamed.chatCompletion().choices().getFirst().finishReason())
                .isEqualTo(whole.choices().getFirst().finishReason());
        assertThat(streamed.chatCompletion().usage().orElseThrow().totalTokens())
                .isEqualTo(whole.usage().orElseThrow().totalTokens());
        assertThat(whole.validate()).isSameAs(whole);
    }

    @Test
    void openAiStreamsTheSameCompletionAsItGetsWhole() {
        CompletionCreateParams params =
                CompletionCreateParams.builder()
                        .model(model)
                        .prompt(QUESTION)
                        .temperature(0)
                        .maxTokens(TOKENS)
                        .logprobs(1)
                        .echo(true)
                        .build();
        com.openai.models.completions.Completion whole = openAi.completions().create(params);
        String text;
        try (StreamResponse<com.openai.models.completions.Completion> chunks =
                openAi.completions().createStreaming(params)) {
            text =
                    chunks.stream()
                            .map(chunk -> chunk.choices().getFirst().text())
                            .collect(Collectors.joining());
        }

        assertThat(whole.choices().getFirst().text()).isEqualTo(text).startsWith(QUESTION);
    }

    @Test
    void openAiUnderstandsRefusals() {
        ChatCompletionCreateParams.Builder params =
                ChatCompletionCreateParams.builder().addUserMessage(QUESTION);

        assertThatThrownBy(() -> openAi.chat().completions().create(params.model("nobody").build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        e -> {
                            assertThat(e.code()).contains("model_not_found");
                            assertThat(e.param()).contains("model");
                        });
        assertThatThrownBy(() ->
                        openAi.chat()
                                .completions()
                                .create(params.model(model).temperature(5).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        e -> {
                            assertThat(e.type()).contains("invalid_request_error");
                            assertThat(e.param()).contains("temperature");
                        });
    }

    @Test
    void langChain4jStreamsTheSameChatAsItGetsWhole()
            throws ExecutionException, InterruptedException {
        String whole =
                OpenAiChatModel.builder()
                        .baseUrl(v1.toString())
                        .apiKey("none")
                        .modelName(model)
                        .temperature(0.0)
                        .maxTokens(TOKENS)
                        .maxRetries(0)
                        .build()
                        .chat(QUESTION);
        CompletableFuture<ChatResponse> finished = new CompletableFuture<>();
        StringBuilder pieces = new StringBuilder();
        OpenAiStreamingChatModel.builder()
                .baseUrl(v1.toString())
                .apiKey("none")
                .modelName(model)
                .temperature(0.0)
                .maxTokens(TOKENS)
                .build()
                .chat(
                        QUESTION,
                        new StreamingChatResponseHandler() {
                            @Override
                            public void onPartialResponse(String piece) {
                                pieces.append(piece);
                            }

                            @Override
                            public void onCompleteResponse(ChatResponse response) {
                                finished.complete(response);
                            }

                            @Override
                            public void onError(Throwable error) {
                                finished.completeExceptionally(error);
                            }
                        });

        assertThat(finished.get().aiMessage().text()).isEqualTo(whole);
        assertThat(pieces.toString()).isEqualTo(whole);
        assertThat(finished.get().tokenUsage().outputTokenCount()).isPositive();
    }

    @Test
    void langChain4jUnderstandsRefusals() {
        assertThatThrownBy(() ->
                        OpenAiChatModel.builder()
                                .baseUrl(v1.toString())
                                .apiKey("none")
                                .modelName("nobody")
                                .maxRetries(0)
                                .build()
                                .chat(QUESTION))
                .isInstanceOf(LangChain4jException.class)
                .hasRootCauseInstanceOf(HttpException.class)
                .hasMessageContaining("model_not_found");
    }
}
