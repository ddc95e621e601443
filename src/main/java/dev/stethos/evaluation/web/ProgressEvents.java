package dev.stethos.evaluation.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.evaluation.jobs.EvaluationProgress;
import dev.stethos.web.ApiException;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Server-sent events of an evaluation: `progress` whenever it has come further, `end` when it has
/// ended, and nothing after that. A comment line keeps silent connections open.
final class ProgressEvents implements StreamingOutput {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Supplier<EvaluationProgress> progress;
    private final ObjectMapper json;
    private final BooleanSupplier gone;

    /// @param gone whether the client has left
    ProgressEvents(Supplier<EvaluationProgress> progress, ObjectMapper json, BooleanSupplier gone) {
        this.progress = progress;
        this.json = json;
        this.gone = gone;
    }

    /// An evaluation that is deleted meanwhile ends the stream with the refusal.
    @Override
    public void write(OutputStream out) throws IOException {
        try {
            follow(out);
        } catch (ApiException refusal) {
            send(
                    out,
                    "event: error\ndata: %s\n\n"
                            .formatted(json.writeValueAsString(refusal.body())));
        }
    }

    private void follow(OutputStream out) throws IOException {
        EvaluationProgress last = null;
        long silentSince = System.nanoTime();
        while (!gone.getAsBoolean()) {
            EvaluationProgress now = progress.get();
            if (!now.equals(last)) {
                String event = now.status().isOpen() ? "progress" : "end";
                send(out, "event: %s\ndata: %s\n\n".formatted(event, json.writeValueAsString(now)));
                silentSince = System.nanoTime();
                last = now;
            } else if (System.nanoTime() - silentSince > SILENCE.toNanos()) {
                send(out, ": still " + now.status().word() + "\n\n");
                silentSince = System.nanoTime();
            }
            if (!now.status().isOpen()) {
                return;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
