package dev.stethos.openai;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.inference.generation.GenerationEvent;
import java.util.List;

/// Tokens read and made for one answer; a prompt counts once however many choices it has.
@JsonNaming(SnakeCaseStrategy.class)
record Usage(
        int promptTokens,
        int completionTokens,
        int totalTokens,
        PromptTokensDetails promptTokensDetails) {

    /// Prompt tokens that were kept from earlier prompts and computed for none of the choices.
    @JsonNaming(SnakeCaseStrategy.class)
    record PromptTokensDetails(int cachedTokens) {}

    static Usage of(List<int[]> prompts, List<Outcome> outcomes) {
        Count count = new Count(prompts, outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            count.add(i, outcomes.get(i).finished());
        }
        return count.usage();
    }

    /// Adds up an answer whose choices are numbered prompt by prompt.
    static final class Count {
        private final List<int[]> prompts;
        private final int choices;
        private final int[] cached;
        private int completionTokens;

        Count(List<int[]> prompts, int choices) {
            this.prompts = prompts;
            this.choices = choices;
            this.cached = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
        }

        void add(int choice, GenerationEvent.Finished finished) {
            int prompt = choice * cached.length / choices;
            cached[prompt] = Math.min(cached[prompt], finished.cachedTokens());
            completionTokens += finished.completionTokens();
        }

        /// Once every choice has been added.
        Usage usage() {
            int promptTokens = prompts.stream().mapToInt(prompt -> prompt.length).sum();
            int reused = 0;
            for (int each : cached) {
                reused += each;
            }
            return new Usage(
                    promptTokens,
                    completionTokens,
                    promptTokens + completionTokens,
                    new PromptTokensDetails(reused));
        }
    }
}
