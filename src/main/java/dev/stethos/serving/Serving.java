package dev.stethos.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/// The served model's life in this process: starting, ready, failed or stopping, with the reason.
/// Endpoints ask it for the model; health checks ask it for its state.
@Singleton
public final class Serving {
    private static final Logger LOG = Logger.getLogger(Serving.class);

    /// Where the served model is in its life.
    public sealed interface State {
        record Starting(String reason) implements State {}

        record Ready(ServedModel model) implements State {}

        record Failed(String reason) implements State {}

        record Stopping() implements State {}
    }

    private final ServingConfig config;
    private final MeterRegistry meters;
    private final CompletableFuture<ServedModel> started = new CompletableFuture<>();
    private volatile State state = new State.Starting("the model is not loaded yet");

    @Inject
    public Serving(ServingConfig config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
    }

    /// The model, or [NotReadyException] with the reason when it cannot answer.
    public ServedModel model() {
        return switch (state) {
            case State.Ready ready -> ready.model();
            case State.Starting starting -> throw new NotReadyException(starting.reason());
            case State.Failed failed -> throw new NotReadyException(failed.reason());
            case State.Stopping stopping -> throw new NotReadyException("the server is stopping");
        };
    }

    public State state() {
        return state;
    }

    /// Completes when the model is ready, or exceptionally with why it never will be.
    public CompletableFuture<ServedModel> started() {
        return started.copy();
    }

    void onStart(@Observes StartupEvent event) {
        if (config.loadInBackground()) {
            Thread.ofPlatform().name("stethos-load").daemon().start(this::load);
        } else {
            load();
            started.join();
        }
    }

    private void load() {
        try {
            ServedModel model = ServedModel.open(config.options(), meters, this::starting);
            synchronized (this) {
                if (state instanceof State.Stopping) {
                    model.close();
                    return;
                }
                state = new State.Ready(model);
            }
            LOG.infof("%s is ready", model.name());
            started.complete(model);
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            state = new State.Failed(reason);
            started.completeExceptionally(e);
        }
    }

    private synchronized void starting(String stage) {
        if (!(state instanceof State.Stopping)) {
            LOG.info(stage);
            state = new State.Starting(stage);
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        State last;
        synchronized (this) {
            last = state;
            state = new State.Stopping();
        }
        if (last instanceof State.Ready ready) {
            ready.model().close();
        }
    }
}
