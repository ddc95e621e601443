package dev.stethos.serving.health;

import dev.stethos.serving.Serving;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready when base and profile are applied and probed, the device thread runs and its steps have
/// memory.
@Readiness
@Singleton
final class ReadyCheck implements HealthCheck {
    private final Serving serving;

    @Inject
    ReadyCheck(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        return ServingHealth.response("model ready", serving.state());
    }
}
