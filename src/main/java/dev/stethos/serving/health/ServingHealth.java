package dev.stethos.serving.health;

import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/// The health answer that a serving state gives: up with what is served, or down with the reason.
final class ServingHealth {
    private ServingHealth() {}

    static HealthCheckResponse response(String name, Serving.State state) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name);
        return switch (state) {
            case Serving.State.Ready ready -> ready(response, ready.model());
            case Serving.State.Starting starting -> down(response, starting.reason());
            case Serving.State.Failed failed -> down(response, failed.reason());
            case Serving.State.Draining _ -> down(response, "draining");
            case Serving.State.Stopping _ -> down(response, "the server is stopping");
        };
    }

    private static HealthCheckResponse ready(
            HealthCheckResponseBuilder response, ServedModel model) {
        if (!model.engine().isAlive()) {
            return down(response, "the device thread has ended");
        }
        if (model.engine().isShortOfMemory()) {
            return down(response, "there was no memory to compute the last step");
        }
        return response.up()
                .withData("model", model.name())
                .withData("profile", model.active().profile())
                .withData("revision", model.active().revision())
                .build();
    }

    private static HealthCheckResponse down(HealthCheckResponseBuilder response, String reason) {
        return response.down().withData("reason", reason).build();
    }
}
