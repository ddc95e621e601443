package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The requests of lm-evaluation-harness' `local-completions`, and its reading of the answers
/// (`lm_eval/models/openai_completions.py`): generation, and log likelihoods, whose log
/// probabilities it sums from the context's length to one before the last.
@QuarkusTest
final class LmEvalIT {
    private static final String CONTEXT = "Problem: What is 17+13?";
    private static final String CONTINUATION = " It is 30.";
    private static final String GENERATION =
            ",\"max_tokens\":12,\"temperature\":0,\"stop\":[\"Problem:\",\"\\n\\n\"],\"seed\":1234";
    private static final String LIKELIHOOD =
            ",\"temperature\":0,\"max_tokens\":1,\"logprobs\":1,\"seed\":1234,\"echo\":true";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(uri);
    }

    @Test
    void generatesFromAStringAListAndTokens() {
        String other = "Problem: Name a tree.";
        String first = onlyText("\"prompt\":" + Api.quoted(CONTEXT) + GENERATION);
        String second = onlyText("\"prompt\":[" + Api.quoted(other) + "]" + GENERATION);
        String both = Api.quoted(CONTEXT) + "," + Api.quoted(other);
        String tokens = tokens(CONTEXT).toString();
        String nested = tokens + "," + tokens(other);

        assertThat(first + second).doesNotContain("Problem:");
        assertThat(generated("\"prompt\":[" + both + "]" + GENERATION))
                .containsExactly(first, second);
        assertThat(generated("\"prompt\":" + tokens + GENERATION)).containsExactly(first);
        assertThat(generated("\"prompt\":[" + nested + "]" + GENERATION))
                .containsExactly(first, second);
    }

    @Test
    void scoresContinuationsOfNestedTokensEachAsAlone() {
        List<Integer> whole = tokens(CONTEXT + CONTINUATION);
        List<Integer> other = tokens(CONTEXT + " No.");
        int context = tokens(CONTEXT).size();
        Likelihood alone = likelihood(scored("[" + whole + "]").getFirst(), whole, context);
        Likelihood otherAlone = likelihood(scored("[" + other + "]").getFirst(), other, context);

        List<JsonNode> together = scored("[" + whole + "," + other + "]");

        assertThat(together).hasSize(2);
        assertClose(likelihood(together.get(0), whole, context), alone);
        assertClose(likelihood(together.get(1), other, context), otherAlone);
        assertThat(alone.logprob()).isNegative().isNotEqualTo(otherAlone.logprob());
    }

    /// With `tokenized_requests` false the same continuation goes over the wire as text.
    @Test
    void textAndTokensScoreAlike() {
        List<Integer> whole = tokens(CONTEXT + CONTINUATION);
        int context = tokens(CONTEXT).size();
        String text = Api.quoted(CONTEXT + CONTINUATION);

        assertClose(
                likelihood(scored("[" + text + "]").getFirst(), whole, context),
                likelihood(scored(whole.toString()).getFirst(), whole, context));
    }

    /// Other servers echo without generating: then nothing stands behind the prompt.
    @Test
    void scoresWithoutGeneratingToo() {
        List<Integer> whole = tokens(CONTEXT + CONTINUATION);
        String prompt = "\"prompt\":[" + whole + "]";
        JsonNode none =
                api.completion(
                                prompt
                                        + LIKELIHOOD.replace(
                                                "\"max_tokens\":1,", "\"max_tokens\":0,"))
                        .at("/choices/0/logprobs");
        JsonNode one = scored("[" + whole + "]").getFirst().get("logprobs");

        assertThat(none.get("tokens")).hasSize(whole.size());
        assertThat(one.get("tokens")).hasSize(whole.size() + 1);
        for (int i = 1; i < whole.size(); i++) {
            assertThat(none.at("/token_logprobs/" + i).doubleValue())
                    .isCloseTo(one.at("/token_logprobs/" + i).doubleValue(), within(0.15));
        }
    }

    /// An empty continuation is none, and an end token is a token too: the last entry is dropped.
    @Test
    void everyPromptIsFollowedByOneGeneratedToken() {
        for (String ended : List.of(CONTEXT, CONTEXT + CONTINUATION, "30. \\boxed{30}", "1")) {
            List<Integer> sent = tokens(ended);
            assertThat(likelihood(scored("[" + sent + "]").getFirst(), sent, sent.size()).logprob())
                    .isZero();
        }
    }

    @Test
    void theLikeliestContinuationIsCalledGreedy() {
        List<Integer> whole = new ArrayList<>(tokens(CONTEXT));
        int context = whole.size();
        whole.add(tokens("x").getLast());
        JsonNode entries =
                api.completion("\"prompt\":" + whole + ",\"max_tokens\":1,\"prompt_logprobs\":1")
                        .at("/choices/0/prompt_logprobs/" + context);
        for (String id : iterable(entries.fieldNames())) {
            whole.set(context, Integer.valueOf(id));
            boolean best = entries.get(id).path("rank").asInt() == 1;

            Likelihood likelihood =
                    likelihood(scored("[" + whole + "]").getFirst(), whole, context);

            assertThat(likelihood.greedy()).as(id).isEqualTo(best);
        }
    }

    private static <T> Iterable<T> iterable(Iterator<T> elements) {
        return () -> elements;
    }

    private record Likelihood(double logprob, boolean greedy) {}

    /// `LocalCompletionsAPI.parse_logprobs`.
    private static Likelihood likelihood(JsonNode choice, List<Integer> sent, int context) {
        JsonNode logprobs = choice.get("logprobs");
        assertThat(logprobs.get("tokens")).hasSize(sent.size() + 1);
        assertThat(logprobs.get("token_logprobs")).hasSize(sent.size() + 1);
        assertThat(logprobs.get("top_logprobs")).hasSize(sent.size() + 1);
        double sum = 0;
        boolean greedy = true;
        for (int i = context; i < sent.size(); i++) {
            double logprob = logprobs.at("/token_logprobs/" + i).doubleValue();
            sum += logprob;
            double best = Double.NEGATIVE_INFINITY;
            for (JsonNode each : logprobs.at("/top_logprobs/" + i)) {
                best = Math.max(best, each.doubleValue());
            }
            greedy &= logprob == best;
        }
        return new Likelihood(sum, greedy);
    }

    private static void assertClose(Likelihood given, Likelihood wanted) {
        assertThat(given.logprob()).isCloseTo(wanted.logprob(), within(0.5));
    }

    /// The choices in the order of their indices, which the harness sorts them by.
    private List<JsonNode> scored(String prompt) {
        return choices("\"prompt\":" + prompt + LIKELIHOOD);
    }

    private String onlyText(String fields) {
        List<String> texts = generated(fields);
        assertThat(texts).hasSize(1);
        return texts.getFirst();
    }

    private List<String> generated(String fields) {
        return choices(fields).stream().map(choice -> choice.get("text").textValue()).toList();
    }

    private List<JsonNode> choices(String fields) {
        List<JsonNode> choices = new ArrayList<>();
        for (JsonNode choice : api.completion(fields).get("choices")) {
            assertThat(choice.get("index").intValue()).isEqualTo(choices.size());
            choices.add(choice);
        }
        return choices;
    }

    private List<Integer> tokens(String text) {
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id :
                api.ok("tokenize", "{\"prompt\":" + Api.quoted(text) + "}").get("tokens")) {
            ids.add(id.intValue());
        }
        return ids;
    }
}
