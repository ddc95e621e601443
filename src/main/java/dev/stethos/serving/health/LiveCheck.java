package dev.stethos.serving.health;

import dev.stethos.serving.Serving;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/// Live unless the device thread has ended while a model is served: only a restart mends that.
@Liveness
@Singleton
final class LiveCheck implements HealthCheck {
    private final Serving serving;

    @Inject
    LiveCheck(Serving serving) {
        this.serving = serving;
    }

    @Override
    public HealthCheckResponse call() {
        if (serving.state() instanceof Serving.State.Ready ready
                && !ready.model().engine().isAlive()) {
            return HealthCheckResponse.named("device thread")
                    .down()
                    .withData("reason", "the device thread has ended")
                    .build();
        }
        return HealthCheckResponse.up("device thread");
    }
}
