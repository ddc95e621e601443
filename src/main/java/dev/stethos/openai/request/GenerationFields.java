package dev.stethos.openai.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.web.ApiException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The request fields that chat completions and completions share, under OpenAI's and vLLM's names.
/// Absent means the model's own default. What is out of range is refused with the field's name.
interface GenerationFields {
    int MAX_CHOICES = 128;
    int MAX_STOP_STRINGS = 4;
    int MAX_STOP_LENGTH = 1024;
    int MAX_BIASES = 1024;
    Set<String> INTERACTIVE_TIERS = Set.of("auto", "default", "priority");

    @Nullable String model();

    @Nullable Double temperature();

    @Nullable Integer topK();

    @Nullable Double topP();

    @Nullable Double minP();

    @Nullable Double repetitionPenalty();

    @Nullable Double presencePenalty();

    @Nullable Double frequencyPenalty();

    @Nullable Map<String, Double> logitBias();

    @Nullable Long seed();

    @Nullable Integer n();

    @Nullable List<String> stop();

    @Nullable List<Integer> stopTokenIds();

    @Nullable Boolean ignoreEos();

    @Nullable Boolean stream();

    @Nullable StreamOptions streamOptions();

    @Nullable String serviceTier();

    @JsonNaming(SnakeCaseStrategy.class)
    record StreamOptions(@Nullable Boolean includeUsage, @Nullable Boolean includeObfuscation) {}

    /// The model id, which every request must name.
    default String requiredModel() {
        String model = model();
        if (model == null) {
            throw ApiException.missing("model");
        }
        return model;
    }

    /// How choice number `choice` is sampled; with a seed every choice has its own, the first the
    /// given.
    default SamplingParams sampling(GenerationDefaults defaults, int vocabSize, int choice) {
        Long seed = seed();
        int topK = Bounds.integer("top_k", topK(), -1, Integer.MAX_VALUE, defaults.topK());
        return new SamplingParams(
                Bounds.number("temperature", temperature(), 0, 2, defaults.temperature()),
                Math.max(0, topK),
                Bounds.above("top_p", topP(), 0, 1, defaults.topP()),
                Bounds.number("min_p", minP(), 0, 1, 0),
                Bounds.above("repetition_penalty", repetitionPenalty(), 0, 100, 1),
                Bounds.number("presence_penalty", presencePenalty(), -2, 2, 0),
                Bounds.number("frequency_penalty", frequencyPenalty(), -2, 2, 0),
                biases(vocabSize),
                seed == null ? null : seed + choice);
    }

    private Map<Integer, Double> biases(int vocabSize) {
        Map<String, Double> given = logitBias();
        if (given == null) {
            return Map.of();
        }
        if (given.size() > MAX_BIASES) {
            throw ApiException.invalidValue(
                    "logit_bias", given.size() + " entries", "up to " + MAX_BIASES);
        }
        Map<Integer, Double> biases = new HashMap<>();
        given.forEach((key, bias) -> {
            String param = "logit_bias." + key;
            int id = Bounds.tokenId("logit_bias", key, vocabSize);
            biases.put(id, Bounds.required(param, bias, -100, 100));
        });
        return biases;
    }

    /// Choices per prompt, 1 to [#MAX_CHOICES] and never more than `room`.
    default int choices(int room) {
        return Bounds.integer("n", n(), 1, Math.min(MAX_CHOICES, room), 1);
    }

    default List<String> stopStrings() {
        List<String> stop = stop();
        if (stop == null) {
            return List.of();
        }
        if (stop.size() > MAX_STOP_STRINGS) {
            throw ApiException.invalidValue(
                    "stop", stop.size() + " strings", "up to " + MAX_STOP_STRINGS);
        }
        for (@Nullable String each : stop) {
            if (each == null || each.isEmpty() || each.length() > MAX_STOP_LENGTH) {
                throw ApiException.invalidValue(
                        "stop",
                        each == null ? "null" : "a string of " + each.length() + " characters",
                        "strings of 1 to " + MAX_STOP_LENGTH + " characters");
            }
            PromptEncoder.requireWellFormed("stop", each);
        }
        return stop;
    }

    default Set<Integer> stopTokens(GenerationDefaults defaults, int vocabSize) {
        Set<Integer> stops = new HashSet<>();
        if (!Boolean.TRUE.equals(ignoreEos())) {
            stops.addAll(defaults.eosIds());
        }
        List<Integer> given = stopTokenIds();
        if (given != null) {
            for (@Nullable Integer id : given) {
                stops.add(Bounds.tokenId("stop_token_ids", String.valueOf(id), vocabSize));
            }
        }
        return stops;
    }

    /// `flex` is background work; `auto`, `default` and `priority` are interactive.
    default Priority wantedPriority() {
        String tier = serviceTier();
        if (tier == null || INTERACTIVE_TIERS.contains(tier)) {
            return Priority.INTERACTIVE;
        }
        if (tier.equals("flex")) {
            return Priority.BACKGROUND;
        }
        throw ApiException.invalidValue("service_tier", tier, "auto, default, flex or priority");
    }

    default boolean streams() {
        return Boolean.TRUE.equals(stream());
    }

    /// Whether the stream ends with a chunk of usage.
    default boolean usageInStream() {
        StreamOptions options = streamOptions();
        if (options == null) {
            return false;
        }
        if (!streams()) {
            throw ApiException.invalidValue(
                    "stream_options", "an object", "null unless stream is true");
        }
        return Boolean.TRUE.equals(options.includeUsage());
    }
}
