package dev.stethos.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.web.ApiException;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Server-sent events as OpenAI sends them: each chunk a `data:` line of JSON, `[DONE]` at the end.
/// A failure after the stream has begun is an event with an error body, and the end.
final class EventStream implements StreamingOutput {

    /// What an endpoint makes of a sequence's events. Called by one thread in the events' order.
    interface Chunks {
        /// Before any event.
        List<?> opening();

        List<?> of(int index, GenerationEvent event);

        /// After all events.
        List<?> closing();
    }

    private static final long WAIT_NANOS = 2_000_000;

    private final Sequences sequences;
    private final Chunks chunks;
    private final ObjectMapper json;
    private final BooleanSupplier congested;

    /// `congested` says that the client has not read what was sent before.
    EventStream(Sequences sequences, Chunks chunks, ObjectMapper json, BooleanSupplier congested) {
        this.sequences = sequences;
        this.chunks = chunks;
        this.json = json;
        this.congested = congested;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        try (sequences) {
            send(out, chunks.opening());
            while (sequences.hasNext()) {
                Sequences.Event next = sequences.next();
                send(out, chunks.of(next.index(), Sequences.checked(next.event())));
            }
            send(out, chunks.closing());
            line(out, "[DONE]");
        } catch (ApiException failure) {
            send(out, List.of(failure.body()));
        }
    }

    private void send(OutputStream out, List<?> events) throws IOException {
        for (Object event : events) {
            line(out, json.writeValueAsString(event));
        }
    }

    /// Waits for a slow client; meanwhile events gather in the sequences, which cut it off.
    private void line(OutputStream out, String data) throws IOException {
        while (congested.getAsBoolean() && !sequences.isCancelled()) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
