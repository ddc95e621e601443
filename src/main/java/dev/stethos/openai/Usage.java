package dev.stethos.openai;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/// Tokens read and made for one answer; a prompt counts once however many choices it has.
@JsonNaming(SnakeCaseStrategy.class)
record Usage(int promptTokens, int completionTokens, int totalTokens) {

    static Usage of(List<int[]> prompts, int completionTokens) {
        int promptTokens = prompts.stream().mapToInt(prompt -> prompt.length).sum();
        return new Usage(promptTokens, completionTokens, promptTokens + completionTokens);
    }
}
