package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.jobs.storage.DatabaseOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import dev.stethos.serving.options.ServingConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// This server's evaluations. The database is opened when somebody first asks, or once the model is
/// ready if there may be unfinished ones.
@Singleton
public final class Evaluations {
    private static final Logger LOG = Logger.getLogger(Evaluations.class);

    /// The model is closed after the evaluations that use it.
    private static final int BEFORE_THE_MODEL = 100;

    private final EvaluationsConfig config;
    private final ServingConfig servingConfig;
    private final Serving serving;
    private volatile @Nullable EvaluationService service;
    private boolean stopped;

    @Inject
    public Evaluations(
            EvaluationsConfig config,
            ServingConfig servingConfig,
            Serving serving,
            MeterRegistry registry) {
        this.config = config;
        this.servingConfig = servingConfig;
        this.serving = serving;
        Gauge _ =
                Gauge.builder("stethos.evaluations.running", this, Evaluations::running)
                        .description("Evaluations that this server works on")
                        .register(registry);
        FunctionCounter _ =
                FunctionCounter.builder("stethos.evaluations.items", this, Evaluations::graded)
                        .description("Evaluation items that this server graded")
                        .register(registry);
    }

    private double running() {
        EvaluationService open = service;
        return open == null ? 0 : open.running();
    }

    private double graded() {
        EvaluationService open = service;
        return open == null ? 0 : open.graded();
    }

    /// Opened the first time. Throws what [Serving#model] throws while the model is not ready, and
    /// [StorageException].
    public synchronized EvaluationService service() {
        ServedModel model = serving.model();
        EvaluationService known = service;
        if (known != null) {
            return known;
        }
        if (stopped) {
            throw new IllegalStateException("the server is stopping");
        }
        EvaluationService opened =
                EvaluationService.open(
                        database(), new ServedArms(model, config.share()), config.options());
        service = opened;
        return opened;
    }

    private DatabaseOptions database() {
        if (config.database().url().isPresent()) {
            return new DatabaseOptions(
                    config.database().url().get(),
                    config.database().user().orElse(null),
                    config.database().password().orElse(null));
        }
        try {
            return DatabaseOptions.file(Files.createDirectories(state()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the state folder", e);
        }
    }

    private Path state() {
        return servingConfig.options().state();
    }

    void onStart(@Observes StartupEvent event) {
        if (config.database().url().isPresent() || DatabaseOptions.exists(state())) {
            CompletableFuture<Void> _ =
                    serving.started()
                            .thenRun(() ->
                                    Thread.ofPlatform()
                                            .daemon()
                                            .name("stethos-evaluations-open")
                                            .start(this::resume));
        }
    }

    private void resume() {
        try {
            EvaluationService _ = service();
        } catch (RuntimeException e) {
            LOG.error("evaluations do not go on", e);
        }
    }

    void onStop(@Observes @Priority(BEFORE_THE_MODEL) ShutdownEvent event) {
        EvaluationService open;
        synchronized (this) {
            stopped = true;
            open = service;
            service = null;
        }
        if (open != null) {
            open.close();
        }
    }
}
