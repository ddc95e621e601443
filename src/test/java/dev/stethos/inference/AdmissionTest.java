package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final EngineOptions options = new EngineOptions(2, 16, 8, 3);
    private final Admission admission = new Admission(options);

    @Test
    void takesAllOrNone() {
        admission.submit(sequences(3));
        assertThatThrownBy(() -> admission.submit(sequences(3)))
                .isInstanceOf(QueueFullException.class)
                .hasMessage("3 sequences run or wait, 5 are allowed and 3 more were given");
        admission.submit(sequences(2));
        assertThat(admission.take(false).sequences()).hasSize(5);
        assertThat(admission.take(false).sequences()).isEmpty();
    }

    @Test
    void aSequenceCountsUntilItEnds() {
        admission.submit(sequences(5));
        admission.take(false);
        assertThatThrownBy(() -> admission.submit(sequences(1)))
                .isInstanceOf(QueueFullException.class);
        admission.ended(Duration.ofSeconds(1));
        admission.submit(sequences(1));
    }

    @Test
    void refusesMoreThanCanEverBeTaken() {
        assertThatThrownBy(() -> admission.submit(sequences(6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("6 sequences in one request, allowed are 5");
    }

    @Test
    void estimatesTheWaitFromRecentRunningTimes() {
        assertThat(retryAfter(1)).isEqualTo(Duration.ofSeconds(1));
        admission.ended(Duration.ofSeconds(8));
        admission.submit(sequences(1));
        assertThat(retryAfter(1)).isEqualTo(Duration.ofSeconds(4));
        assertThat(retryAfter(3)).isEqualTo(Duration.ofSeconds(12));
        admission.ended(Duration.ZERO);
        admission.submit(sequences(1));
        assertThat(retryAfter(1)).isEqualTo(Duration.ofSeconds(4));
        admission.ended(Duration.ofDays(1));
        admission.submit(sequences(1));
        assertThat(retryAfter(5)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void refusesEverythingOnceClosed() {
        admission.close();
        assertThat(admission.take(true).closed()).isTrue();
        assertThatThrownBy(() -> admission.submit(sequences(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> admission.submit(new FutureTask<>(() -> 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    private Duration retryAfter(int more) {
        while (true) {
            try {
                admission.submit(sequences(1));
            } catch (QueueFullException e) {
                break;
            }
        }
        QueueFullException refused =
                catchThrowableOfType(
                        QueueFullException.class, () -> admission.submit(sequences(more)));
        return refused.retryAfter();
    }

    private List<Sequence> sequences(int count) {
        EngineMetrics metrics = new EngineMetrics(new SimpleMeterRegistry());
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new Sequence(
                                new Recorder().on(Requests.of(1)),
                                new TextStage(FakeDecoder.free(1).newText(), List.of()),
                                16,
                                new SequenceTimes(
                                metrics,
                                admission,
                                Milestones.UNWATCHED,
                                options.deadline(),
                                0)))
                .toList();
    }
}
