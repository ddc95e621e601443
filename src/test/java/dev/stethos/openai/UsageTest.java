package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void countsAPromptOnceAndAsCachedOnlyWhatNoChoiceComputed() {
        Usage.Count count = new Usage.Count(List.of(new int[100], new int[70]), 4);
        count.add(1, new Finished(FinishReason.STOP, 100, 5, 64));
        count.add(3, new Finished(FinishReason.STOP, 70, 7, 0));
        count.add(0, new Finished(FinishReason.LENGTH, 100, 9, 96));
        count.add(2, new Finished(FinishReason.STOP, 70, 1, 64));
        assertThat(count.usage())
                .isEqualTo(new Usage(170, 22, 192, new Usage.PromptTokensDetails(64)));
    }

    @Test
    void spellsTheFieldsAsOpenAiDoes() {
        Usage usage = new Usage(1, 2, 3, new Usage.PromptTokensDetails(4));
        assertThat(new ObjectMapper().valueToTree(usage).toString())
                .isEqualTo(
                        """
                        {"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,\
                        "prompt_tokens_details":{"cached_tokens":4}}\
                        """);
    }
}
