package dev.stethos.openai.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.web.ApiException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Request fields that OpenAI or vLLM define and no record here holds. Those without effect on the
/// answer are accepted; those that would change it are accepted only with a value that asks for
/// nothing, and refused otherwise rather than ignored. Any other name is refused as unknown.
public final class OtherFields {
    private static final Set<String> HARMLESS =
            Set.of(
                    "metadata",
                    "name",
                    "parallel_tool_calls",
                    "prediction",
                    "priority",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "request_id",
                    "safety_identifier",
                    "store",
                    "user");

    /// The values, as compact JSON, with which a field asks for nothing; null always is one.
    private static final Map<String, Set<String>> NEUTRAL =
            Map.ofEntries(
                    Map.entry("add_generation_prompt", Set.of("true")),
                    Map.entry("add_special_tokens", Set.of()),
                    Map.entry("allowed_token_ids", Set.of()),
                    Map.entry("annotations", Set.of("[]")),
                    Map.entry("audio", Set.of()),
                    Map.entry("bad_words", Set.of("[]")),
                    Map.entry("chat_template", Set.of()),
                    Map.entry("chat_template_kwargs", Set.of("{}")),
                    Map.entry("continue_final_message", Set.of("false")),
                    Map.entry("documents", Set.of("[]")),
                    Map.entry("echo", Set.of("false")),
                    Map.entry("function_call", Set.of("\"none\"", "\"auto\"")),
                    Map.entry("functions", Set.of("[]")),
                    Map.entry("guided_choice", Set.of()),
                    Map.entry("guided_grammar", Set.of()),
                    Map.entry("guided_json", Set.of()),
                    Map.entry("guided_regex", Set.of()),
                    Map.entry("length_penalty", Set.of("1", "1.0")),
                    Map.entry("min_tokens", Set.of("0")),
                    Map.entry("modalities", Set.of("[\"text\"]")),
                    Map.entry("prompt_embeds", Set.of()),
                    Map.entry("prompt_logprobs", Set.of()),
                    Map.entry("reasoning_effort", Set.of("\"none\"")),
                    Map.entry("refusal", Set.of()),
                    Map.entry("response_format", Set.of("{\"type\":\"text\"}")),
                    Map.entry("skip_special_tokens", Set.of("true")),
                    Map.entry("structured_outputs", Set.of()),
                    Map.entry("suffix", Set.of("\"\"")),
                    Map.entry("tool_call_id", Set.of()),
                    Map.entry("tool_calls", Set.of("[]")),
                    Map.entry("tool_choice", Set.of("\"none\"", "\"auto\"")),
                    Map.entry("tools", Set.of("[]")),
                    Map.entry("truncate_prompt_tokens", Set.of()),
                    Map.entry("use_beam_search", Set.of("false")),
                    Map.entry("verbosity", Set.of()),
                    Map.entry("web_search_options", Set.of()));

    private OtherFields() {}

    /// `where` is put before the names in refusals: nothing, or an object's path with its dot.
    public static void check(String where, @Nullable Map<String, JsonNode> others) {
        if (others == null) {
            return;
        }
        others.forEach((name, value) -> {
            Set<String> neutral = NEUTRAL.get(name);
            if (neutral != null) {
                refuseUnlessNeutral(where + name, value, neutral);
            } else if (!HARMLESS.contains(name)) {
                throw unknown(where + name);
            }
        });
    }

    private static void refuseUnlessNeutral(
            String param, @Nullable JsonNode value, Set<String> neutral) {
        if (value != null && !value.isNull() && !neutral.contains(value.toString())) {
            throw ApiException.unsupported(
                    param,
                    "this server cannot do that; leave the field out"
                            + (neutral.isEmpty()
                                    ? ""
                                    : " or give " + String.join(" or ", neutral)));
        }
    }

    private static ApiException unknown(String param) {
        String shown = param.length() <= 100 ? param : param.substring(0, 100) + "...";
        return new ApiException(
                400, shown, "unknown_parameter", shown + ": this field is not known here");
    }
}
