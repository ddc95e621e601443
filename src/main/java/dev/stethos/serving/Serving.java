package dev.stethos.serving;

import dev.stethos.serving.options.ServingConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/// The served model's life in this process: starting, ready, draining, stopping or failed, with the
/// reason. Endpoints ask it for the model; health checks ask it for its state.
@Singleton
public final class Serving {
    private static final Logger LOG = Logger.getLogger(Serving.class);
    private static final Duration LOOK = Duration.ofMillis(10);

    /// Where the served model is in its life.
    public sealed interface State {
        record Starting(String reason) implements State {}

        record Ready(ServedModel model) implements State {}

        /// What has begun is finished, nothing new begins.
        record Draining(ServedModel model) implements State {}

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
            case State.Draining _ -> throw new NotReadyException("the server is draining");
            case State.Failed failed -> throw new NotReadyException(failed.reason());
            case State.Stopping _ -> throw new NotReadyException("the server is stopping");
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

    /// Lets no new request begin and waits until those that have begun are finished, at most
    /// [ServingConfig#drain]; what still runs then is cut. Returns at once when no model is served.
    public void drain() throws InterruptedException {
        ServedModel model;
        synchronized (this) {
            if (!(state instanceof State.Ready ready)) {
                return;
            }
            model = ready.model();
            state = new State.Draining(model);
        }
        LOG.info("draining: what has begun is finished, nothing new begins");
        long end = System.nanoTime() + config.drain().toNanos();
        while (model.engine().isBusy()) {
            if (System.nanoTime() - end >= 0) {
                LOG.warnf("what runs after %s is cut", config.drain());
                return;
            }
            Thread.sleep(LOOK);
        }
    }

    void onStop(@Observes ShutdownEvent event) {
        State last;
        synchronized (this) {
            last = state;
            state = new State.Stopping();
        }
        switch (last) {
            case State.Ready ready -> ready.model().close();
            case State.Draining draining -> draining.model().close();
            case State.Starting _, State.Failed _, State.Stopping _ -> {}
        }
    }
}
