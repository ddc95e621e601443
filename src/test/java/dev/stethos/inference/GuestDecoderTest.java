package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.inference.generation.GenerationEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestDecoderTest {
    private static final EngineOptions OPTIONS = new EngineOptions(4, 64, 8, 64);

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final FakeDecoder ofHost = watched();
    private final FakeDecoder ofGuest = watched();
    private final InferenceEngine host = engine(ofHost);
    private final InferenceEngine guest = engine(new GuestDecoder(host, ofGuest, 0.5));

    @AfterEach
    void close() {
        guest.close();
        host.close();
    }

    @Test
    void bothEnginesAnswerAsEachDoesAloneOnOneThread() {
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            Recorder recorder = new Recorder();
            InferenceEngine engine = i % 2 == 0 ? host : guest;
            assertThat(engine.submit(List.of(recorder.on(Requests.of(i % 12, 1))))).hasSize(1);
            recorders.add(recorder);
        }
        for (int i = 0; i < recorders.size(); i++) {
            recorders.get(i).end();
            assertThat(recorders.get(i).text())
                    .isEqualTo(
                            FakeDecoder.text(
                                    FakeDecoder.greedy("base", new int[] {i % 12, 1}, 16)));
        }
        assertThat(threads).hasSize(1);
        assertThat(ofGuest.steps).isNotEmpty();
    }

    @Test
    void aGuestWhoseHostIsClosedFailsItsSequencesAndCloses() {
        host.close();
        Recorder recorder = new Recorder();
        assertThat(guest.submit(List.of(recorder.on(Requests.of(1, 2))))).hasSize(1);
        assertThat(recorder.end()).isInstanceOf(GenerationEvent.Failed.class);
        guest.close();
        assertThat(ofGuest.closed()).isTrue();
    }

    @Test
    void tellsWhetherItHasSequences() {
        FakeDecoder held = FakeDecoder.held(1);
        try (InferenceEngine engine = engine(held)) {
            assertThat(engine.isBusy()).isFalse();
            Recorder recorder = new Recorder();
            assertThat(engine.submit(List.of(recorder.on(Requests.of(1, 2))))).hasSize(1);
            assertThat(engine.isBusy()).isTrue();
            held.allow(1_000);
            recorder.end();
            assertThat(engine.isBusy()).isFalse();
        }
    }

    @Test
    void refusesAShareThatIsNone() {
        FakeDecoder decoder = FakeDecoder.free(1);
        assertThatThrownBy(() -> new GuestDecoder(host, decoder, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above 0, up to 1");
        assertThat(decoder.closed()).isTrue();
    }

    private FakeDecoder watched() {
        FakeDecoder decoder = FakeDecoder.free(4);
        decoder.fault(rows -> threads.add(Thread.currentThread()));
        return decoder;
    }

    private static InferenceEngine engine(Decoder decoder) {
        return new InferenceEngine(decoder, OPTIONS, new SimpleMeterRegistry());
    }
}
