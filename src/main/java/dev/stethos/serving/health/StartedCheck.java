package dev.stethos.serving.health;

import dev.stethos.serving.Serving;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Started once the model has been ready; a model that cannot be loaded never starts.
@Startup
@Singleton
final class StartedCheck implements HealthCheck {
    private final Serving serving;

    @Inject
    StartedCheck(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        boolean started =
                serving.started().isDone() && !serving.started().isCompletedExceptionally();
        return started
                ? HealthCheckResponse.up("model started")
                : ServingHealth.response("model started", serving.state());
    }
}
