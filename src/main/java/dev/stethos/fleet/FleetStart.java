package dev.stethos.fleet;

import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import dev.stethos.serving.options.ServingConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Begins to follow the fleet's desired profile when the model is ready, where that is enabled, and
/// ends before the model goes.
@Singleton
public final class FleetStart {
    private static final Logger LOG = Logger.getLogger(FleetStart.class);

    private final FleetConfig fleet;
    private final ServingConfig config;
    private final Serving serving;
    private final MeterRegistry meters;
    private @Nullable Following following;
    private boolean stopped;

    /// The follower and the client that it uses.
    private record Following(FleetFollower follower, KubernetesClient client) {}

    @Inject
    FleetStart(FleetConfig fleet, ServingConfig config, Serving serving, MeterRegistry meters) {
        this.fleet = fleet;
        this.config = config;
        this.serving = serving;
        this.meters = meters;
    }

    void onStart(@Observes StartupEvent event) {
        if (fleet.enabled()) {
            FleetOptions options = fleet.options();
            CompletableFuture<Void> _ =
                    serving.started()
                            .thenAccept(model -> follow(options, model))
                            .exceptionally(FleetStart::notFollowing);
        }
    }

    private static @Nullable Void notFollowing(Throwable failure) {
        LOG.errorf("the fleet's desired profile is not followed: %s", failure.getMessage());
        return null;
    }

    private synchronized void follow(FleetOptions options, ServedModel model) {
        if (stopped) {
            return;
        }
        KubernetesClient client = new KubernetesClientBuilder().build();
        ProfileStore store = new ProfileStore(config.options().profiles());
        FleetFollower follower =
                new FleetFollower(
                        client,
                        options,
                        new ServedProfileApplier(model, store),
                        new FleetMetrics(meters));
        following = new Following(follower, client);
        follower.start();
    }

    synchronized void onStop(@Observes ShutdownEvent event) {
        stopped = true;
        Following last = following;
        following = null;
        if (last != null) {
            last.follower().close();
            last.client().close();
        }
    }
}
