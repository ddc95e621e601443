package dev.stethos.gemma.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// What `generation_config.json` sets for requests that do not say otherwise. Temperature 0 is
/// greedy; `topK` 0 and `topP` 1 switch the filter off.
public record GenerationDefaults(double temperature, int topK, double topP, Set<Integer> eosIds) {
    private static final String FILE = "generation_config.json";
    private static final String EOS = "eos_token_id";
    private static final Set<Integer> GEMMA_EOS = Set.of(1);

    public GenerationDefaults {
        eosIds = Set.copyOf(eosIds);
        require(
                temperature >= 0 && Double.isFinite(temperature),
                "temperature",
                temperature,
                "0 or more");
        require(topK >= 0, "top_k", topK, "0 or more");
        require(topP > 0 && topP <= 1, "top_p", topP, "more than 0, at most 1");
        require(!eosIds.isEmpty(), EOS, "none", "one id or more");
        require(eosIds.stream().allMatch(id -> id >= 0), EOS, eosIds, "ids from 0");
    }

    /// Without the file: temperature 1, no filters. End-of-sequence ids that it does not name are
    /// those of `config.json`.
    public static GenerationDefaults read(Path folder) {
        Path path = folder.resolve(FILE);
        ModelJson config = ModelJson.read(folder.resolve("config.json"));
        Set<Integer> configured = eos(config, GEMMA_EOS);
        if (config.has("text_config") && !config.has(EOS)) {
            configured = eos(config.object("text_config"), GEMMA_EOS);
        }
        if (!Files.exists(path)) {
            return new GenerationDefaults(1, 0, 1, configured);
        }
        ModelJson file = ModelJson.read(path);
        double temperature = file.number("temperature", 1);
        try {
            return new GenerationDefaults(
                    file.bool("do_sample", true) ? temperature : 0,
                    file.integer("top_k", 0),
                    file.number("top_p", 1),
                    eos(file, configured));
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(FILE + ", " + e.getMessage(), e);
        }
    }

    private static Set<Integer> eos(ModelJson json, Set<Integer> otherwise) {
        if (!json.has(EOS)) {
            return otherwise;
        }
        JsonNode value = json.field(EOS);
        if (!value.isArray()) {
            return Set.of(json.integer(EOS));
        }
        Set<Integer> ids = new HashSet<>();
        for (JsonNode id : value) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw json.refuse(EOS, id, "an id or a list of ids");
            }
            ids.add(id.intValue());
        }
        return ids;
    }

    private static void require(boolean holds, String name, Object given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": given " + given + ", allowed " + allowed);
        }
    }
}
