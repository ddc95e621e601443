package dev.stethos.fleet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The ConfigMap with the desired profile, watched. A watch that is lost, refused or too old is
/// begun again with a list; what was seen last stays until then. `onChange` hears of every change,
/// on the client's thread.
final class DesiredProfileWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DesiredProfileWatch.class);

    /// What the ConfigMap asks for.
    sealed interface Wish {
        /// It is not there, or was not seen yet.
        record None() implements Wish {}

        /// What it holds makes no sense.
        record Invalid(String reason) implements Wish {}

        record Wanted(DesiredProfile desired) implements Wish {}
    }

    private final SharedIndexInformer<ConfigMap> informer;
    private final Consumer<Wish> onChange;
    private volatile Wish wish = new Wish.None();

    DesiredProfileWatch(
            KubernetesClient client,
            FleetOptions options,
            Consumer<Wish> onChange,
            Runnable onFailure) {
        this.onChange = onChange;
        informer =
                client.configMaps()
                        .inNamespace(options.namespace())
                        .withName(options.configMap())
                        .runnableInformer(0)
                        .exceptionHandler((started, failure) -> {
                            LOG.warnf(
                                    "the desired profile cannot be watched: %s",
                                    failure.getMessage());
                            onFailure.run();
                            return true;
                        })
                        .addEventHandler(new Handler());
    }

    /// Begins in the background.
    void start() {
        CompletionStage<Void> _ = informer.start();
    }

    boolean isWatching() {
        return informer.isWatching();
    }

    Wish wish() {
        return wish;
    }

    @Override
    public void close() {
        informer.stop();
    }

    private void seen(@Nullable ConfigMap map) {
        Wish now;
        if (map == null) {
            now = new Wish.None();
        } else {
            try {
                now = new Wish.Wanted(DesiredProfile.of(map.getData()));
            } catch (IllegalArgumentException e) {
                now = new Wish.Invalid(String.valueOf(e.getMessage()));
            }
        }
        wish = now;
        onChange.accept(now);
    }

    private final class Handler implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap map) {
            seen(map);
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap map) {
            seen(map);
        }

        @Override
        public void onDelete(ConfigMap map, boolean unknown) {
            seen(null);
        }
    }
}
