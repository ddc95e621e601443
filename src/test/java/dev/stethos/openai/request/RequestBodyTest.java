package dev.stethos.openai.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.web.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the bodies accept and refuse by themselves, before there is a model; types are the business
/// of the JSON mapper.
final class RequestBodyTest {
    private static final int VOCABULARY = 300;
    private static final int ROOM = 50;
    private static final GenerationDefaults DEFAULTS =
            new GenerationDefaults(0.7, 64, 0.95, Set.of(1, 106));

    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"temperature\":-1|temperature|invalid_value",
                "\"temperature\":1e9|temperature|invalid_value",
                "\"temperature\":1e999|temperature|invalid_value",
                "\"top_k\":-2|top_k|invalid_value",
                "\"top_p\":0|top_p|invalid_value",
                "\"top_p\":2|top_p|invalid_value",
                "\"min_p\":-0.1|min_p|invalid_value",
                "\"min_p\":1.1|min_p|invalid_value",
                "\"repetition_penalty\":0|repetition_penalty|invalid_value",
                "\"repetition_penalty\":101|repetition_penalty|invalid_value",
                "\"presence_penalty\":-2.1|presence_penalty|invalid_value",
                "\"frequency_penalty\":3|frequency_penalty|invalid_value",
                "\"logit_bias\":{\"300\":1}|logit_bias|invalid_value",
                "\"logit_bias\":{\"-1\":1}|logit_bias|invalid_value",
                "\"logit_bias\":{\"99999999999\":1}|logit_bias|invalid_value",
                "\"logit_bias\":{\"the\":1}|logit_bias|invalid_value",
                "\"logit_bias\":{\"5\":101}|logit_bias.5|invalid_value",
                "\"logit_bias\":{\"5\":null}|logit_bias.5|invalid_value",
                "\"n\":0|n|invalid_value",
                "\"n\":-1|n|invalid_value",
                "\"n\":51|n|invalid_value",
                "\"n\":1000000|n|invalid_value",
                "\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]|stop|invalid_value",
                "\"stop\":\"\"|stop|invalid_value",
                "\"stop\":[\"a\",\"\"]|stop|invalid_value",
                "\"stop\":[null]|stop|invalid_value",
                "\"stop\":\"\\ud800\"|stop|invalid_value",
                "\"stop_token_ids\":[300]|stop_token_ids|invalid_value",
                "\"stop_token_ids\":[null]|stop_token_ids|invalid_value",
                "\"stream_options\":{\"include_usage\":true}|stream_options|invalid_value",
                "\"tools\":[{\"type\":\"function\"}]|tools|unsupported_parameter",
                "\"functions\":[{}]|functions|unsupported_parameter",
                "\"tool_choice\":\"required\"|tool_choice|unsupported_parameter",
                "\"response_format\":{\"type\":\"json_object\"}|response_format|unsupported_parameter",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}|response_format|unsupported_parameter",
                "\"modalities\":[\"text\",\"audio\"]|modalities|unsupported_parameter",
                "\"audio\":{}|audio|unsupported_parameter",
                "\"chat_template\":\"{{7*7}}\"|chat_template|unsupported_parameter",
                "\"chat_template_kwargs\":{\"a\":1}|chat_template_kwargs|unsupported_parameter",
                "\"guided_json\":{}|guided_json|unsupported_parameter",
                "\"use_beam_search\":true|use_beam_search|unsupported_parameter",
                "\"suffix\":\"x\"|suffix|unsupported_parameter",
                "\"prompt_embeds\":\"gASV\"|prompt_embeds|unsupported_parameter",
                "\"temprature\":1|temprature|unknown_parameter",
                "\"temprature\":null|temprature|unknown_parameter",
            })
    void bothRefuse(String field, String param, String code) {
        for (Class<? extends GenerationFields> type :
                List.of(ChatCompletionRequest.class, CompletionRequest.class)) {
            assertRefused("{" + field + "}", type, param, code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"logprobs\":true,\"top_logprobs\":21|top_logprobs|invalid_value",
                "\"logprobs\":true,\"top_logprobs\":-1|top_logprobs|invalid_value",
                "\"top_logprobs\":2|top_logprobs|invalid_value",
                "\"max_tokens\":5,\"max_completion_tokens\":6|max_completion_tokens|invalid_value",
                "\"echo\":true|echo|unsupported_parameter",
                "\"prompt\":\"x\"|prompt|unknown_parameter",
            })
    void chatRefuses(String field, String param, String code) {
        assertRefused("{" + field + "}", ChatCompletionRequest.class, param, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"logprobs\":6|logprobs|invalid_value",
                "\"logprobs\":-1|logprobs|invalid_value",
                "\"prompt_logprobs\":21|prompt_logprobs|invalid_value",
                "\"prompt_logprobs\":1,\"stream\":true|prompt_logprobs|unsupported_parameter",
                "\"best_of\":2|best_of|unsupported_parameter",
                "\"best_of\":2,\"n\":3|best_of|unsupported_parameter",
                "\"messages\":[]|messages|unknown_parameter",
                "\"prompt\":5|prompt|invalid_type",
                "\"prompt\":{}|prompt|invalid_type",
                "\"prompt\":[]|prompt|invalid_value",
                "\"prompt\":[1,\"a\"]|prompt[1]|invalid_type",
                "\"prompt\":[\"a\",1]|prompt[1]|invalid_type",
                "\"prompt\":[[1],2]|prompt[1]|invalid_type",
                "\"prompt\":[[1],[1.5]]|prompt[1][0]|invalid_type",
                "\"prompt\":[2147483648]|prompt[0]|invalid_type",
                "\"prompt\":[true]|prompt[0]|invalid_type",
                "\"prompt\":[null]|prompt[0]|invalid_type",
            })
    void completionsRefuse(String field, String param, String code) {
        assertRefused("{" + field + "}", CompletionRequest.class, param, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"store\":false,\"service_tier\":\"auto\"}",
                "{\"tools\":[],\"tool_choice\":\"none\",\"parallel_tool_calls\":true,\"functions\":null}",
                "{\"response_format\":{\"type\":\"text\"},\"modalities\":[\"text\"],\"audio\":null}",
                "{\"suffix\":null,\"use_beam_search\":false,\"length_penalty\":1.0,\"min_tokens\":0}",
                "{\"temperature\":null,\"top_p\":null,\"n\":null,\"stop\":null,\"stream\":null,\"seed\":null}",
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}}",
                "{\"temperature\":0,\"top_k\":-1,\"top_p\":1,\"min_p\":1,\"seed\":-9223372036854775808}",
                "{\"stop\":[]}"
            })
    void acceptWhatAsksForNothingUnusual(String body) {
        for (Class<? extends GenerationFields> type :
                List.of(ChatCompletionRequest.class, CompletionRequest.class)) {
            assertThat(catchThrowable(() -> checkAll(read(body, type)))).isNull();
        }
    }

    @Test
    void theFlexTierIsBackgroundWork() throws JsonProcessingException {
        assertThat(read("{}", CompletionRequest.class).wantedPriority())
                .isEqualTo(Priority.INTERACTIVE);
        for (String tier : List.of("auto", "default", "priority")) {
            String body = "{\"service_tier\":\"" + tier + "\"}";
            assertThat(read(body, ChatCompletionRequest.class).wantedPriority())
                    .isEqualTo(Priority.INTERACTIVE);
        }
        assertThat(
                        read("{\"service_tier\":\"flex\"}", ChatCompletionRequest.class)
                                .wantedPriority())
                .isEqualTo(Priority.BACKGROUND);
        assertRefused(
                "{\"service_tier\":\"gold\"}",
                CompletionRequest.class,
                "service_tier",
                "invalid_value");
    }

    @Test
    void whatIsAbsentIsTheModelsDefault() throws JsonProcessingException {
        assertThat(read("{}", CompletionRequest.class).sampling(DEFAULTS, VOCABULARY, 0))
                .isEqualTo(new SamplingParams(0.7, 64, 0.95, 0, 1, 0, 0, Map.of(), null));
    }

    @Test
    void whatIsGivenReachesTheSampler() throws JsonProcessingException {
        ChatCompletionRequest request =
                read(
                        "{\"temperature\":0.5,\"top_k\":-1,\"top_p\":0.5,\"min_p\":0.1,"
                                + "\"repetition_penalty\":1.1,\"presence_penalty\":-2,"
                                + "\"frequency_penalty\":2,\"logit_bias\":{\"7\":-100},\"seed\":5}",
                        ChatCompletionRequest.class);

        assertThat(request.sampling(DEFAULTS, VOCABULARY, 0))
                .isEqualTo(new SamplingParams(0.5, 0, 0.5, 0.1, 1.1, -2, 2, Map.of(7, -100.0), 5L));
        assertThat(request.sampling(DEFAULTS, VOCABULARY, 3).seed()).isEqualTo(8);
    }

    @Test
    void stopTokensAreTheModelsAndThoseGivenUnlessIgnored() throws JsonProcessingException {
        assertThat(
                        read("{\"stop_token_ids\":[7]}", CompletionRequest.class)
                                .stopTokens(DEFAULTS, VOCABULARY))
                .containsExactlyInAnyOrder(1, 106, 7);
        assertThat(
                        read(
                                        "{\"ignore_eos\":true,\"stop_token_ids\":[7]}",
                                        CompletionRequest.class)
                                .stopTokens(DEFAULTS, VOCABULARY))
                .containsExactly(7);
    }

    @Test
    void aSingleStopStringIsAListOfOne() throws JsonProcessingException {
        assertThat(read("{\"stop\":\"x\"}", ChatCompletionRequest.class).stopStrings())
                .containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|-1|-1|false",
                "{\"logprobs\":0}|0|-1|false",
                "{\"logprobs\":3,\"echo\":true}|3|-1|true",
                "{\"echo\":true}|-1|-1|false",
                "{\"echo\":true,\"max_tokens\":0}|-1|-1|true",
                "{\"prompt_logprobs\":2}|-1|2|true",
            })
    void thePromptIsScoredOnlyWhenItMustBe(
            String body, int logprobs, int promptLogprobs, boolean scored)
            throws JsonProcessingException {
        CompletionRequest request = read(body, CompletionRequest.class);

        assertThat(request.wantedLogprobs()).isEqualTo(logprobs);
        assertThat(request.wantedPromptLogprobs()).isEqualTo(promptLogprobs);
        assertThat(request.scoresPrompt()).isEqualTo(scored);
        assertThat(request.engineLogprobs())
                .isEqualTo(scored ? Math.max(0, Math.max(logprobs, promptLogprobs)) : logprobs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|messages|invalid_value",
                "[null]|messages[0]|invalid_value",
                "[{\"content\":\"x\"}]|messages[0].role|missing_required_parameter",
                "[{\"role\":\"tool\",\"content\":\"x\"}]|messages[0].role|invalid_value",
                "[{\"role\":\"user\"}]|messages[0].content|missing_required_parameter",
                "[{\"role\":\"user\",\"content\":null}]|messages[0].content|missing_required_parameter",
                "[{\"role\":\"user\",\"content\":5}]|messages[0].content|invalid_type",
                "[{\"role\":\"user\",\"content\":[]}]|messages[0].content|invalid_type",
                "[{\"role\":\"user\",\"content\":[\"x\"]}]|messages[0].content[0].type|missing_required_parameter",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]|messages[0].content[0].text|invalid_type",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\"}]}]|messages[0].content[1].type|unsupported_parameter",
                "[{\"role\":\"user\",\"content\":\"x\",\"tool_calls\":[{}]}]|messages[0].tool_calls|unsupported_parameter",
                "[{\"role\":\"user\",\"content\":\"x\",\"weight\":1}]|messages[0].weight|unknown_parameter",
            })
    void messagesAreRefusedByTheirPlace(String messages, String param, String code) {
        assertThat(
                        catchThrowable(() ->
                                ChatMessage.conversation(
                                        read(
                                                        "{\"messages\":" + messages + "}",
                                                        ChatCompletionRequest.class)
                                                .messages())))
                .satisfies(thrown -> assertRefusal(thrown, param, code));
    }

    @Test
    void aConversationKeepsRolesAndJoinsTextParts() throws JsonProcessingException {
        String messages =
                "[{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\",\"name\":\"x\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"a \"},{\"type\":\"text\",\"text\":\"b\"}]},"
                        + "{\"role\":\"assistant\",\"content\":\"c\",\"refusal\":null,\"tool_calls\":[]}]";

        assertThat(
                        ChatMessage.conversation(
                                read("{\"messages\":" + messages + "}", ChatCompletionRequest.class)
                                        .messages()))
                .extracting(message -> message.role() + ":" + message.content())
                .containsExactly("system:d", "user:a b", "assistant:c");
    }

    private <T> T read(String body, Class<T> type) throws JsonProcessingException {
        return json.readValue(body, type);
    }

    private static void checkAll(GenerationFields fields) {
        Priority _ = fields.wantedPriority();
        fields.sampling(DEFAULTS, VOCABULARY, 0);
        fields.choices(ROOM);
        fields.stopStrings();
        fields.stopTokens(DEFAULTS, VOCABULARY);
        fields.usageInStream();
        if (fields instanceof ChatCompletionRequest chat) {
            chat.wantedLogprobs();
        }
    }

    private void assertRefused(
            String body, Class<? extends GenerationFields> type, String param, String code) {
        assertThat(catchThrowable(() -> checkAll(read(body, type))))
                .satisfies(thrown -> assertRefusal(thrown, param, code));
    }

    private static void assertRefusal(Throwable thrown, String param, String code) {
        Throwable cause = thrown;
        while (cause != null && !(cause instanceof ApiException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof ApiException refusal)) {
            throw new AssertionError("no refusal in " + thrown, thrown);
        }
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.body().error().param()).isEqualTo(param);
        assertThat(refusal.body().error().code()).isEqualTo(code);
        assertThat(refusal.getMessage()).startsWith(param);
    }
}
