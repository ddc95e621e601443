package dev.stethos.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Cause;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.security.TokenCharge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeteredSubmissionsTest {
    private final List<Long> reserved = new ArrayList<>();
    private final List<Long> settled = new ArrayList<>();
    private final List<GenerationEvent> heard = new ArrayList<>();
    private final List<Submission> submitted = new ArrayList<>();

    private TokenCharge reserve(long tokens) {
        reserved.add(tokens);
        return settled::add;
    }

    private List<Submission> two() {
        GenerationRequest request =
                new GenerationRequest(
                        Revision.base("0123456789abcdef", Map.of()),
                        new int[] {1, 2, 3},
                        SamplingParams.GREEDY,
                        10,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        -1,
                        false);
        return List.of(new Submission(request, heard::add), new Submission(request, heard::add));
    }

    @Test
    void settlesForWhatAllSequencesTookWhenTheLastHasEnded() {
        assertThat(
                        MeteredSubmissions.submit(
                                two(),
                                this::reserve,
                                all -> {
                                    submitted.addAll(all);
                                    return List.of();
                                }))
                .isEmpty();
        assertThat(reserved).containsExactly(26L);
        GenerationEvent finished = new GenerationEvent.Finished(FinishReason.STOP, 3, 4);
        submitted.get(1).listener().accept(finished);
        assertThat(settled).isEmpty();
        GenerationEvent failed = new GenerationEvent.Failed(Cause.FAULT, "no");
        submitted.get(0).listener().accept(failed);
        assertThat(settled).containsExactly(10L);
        assertThat(heard).containsExactly(finished, failed);
    }

    @Test
    void aFullQueueCostsNothing() {
        assertThatThrownBy(() ->
                        MeteredSubmissions.submit(
                                two(),
                                this::reserve,
                                all -> {
                                    throw new QueueFullException("full", Duration.ZERO);
                                }))
                .isInstanceOf(QueueFullException.class);
        assertThat(settled).containsExactly(0L);
    }
}
