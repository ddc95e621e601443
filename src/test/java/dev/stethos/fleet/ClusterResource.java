package dev.stethos.fleet;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// A cluster beside the server under test, which finds it as a pod finds its own: by what stands
/// around it.
public final class ClusterResource implements QuarkusTestResourceLifecycleManager {
    static final String ADDRESS = "kubernetes.master";
    static final String POD = "pod-a";

    private final ApiServer cluster = new ApiServer();

    @Override
    public Map<String, String> start() {
        cluster.addPod(POD);
        System.setProperty(ADDRESS, cluster.address());
        return Map.of(
                "stethos.fleet.enabled",
                "true",
                "stethos.fleet.namespace",
                ApiServer.NAMESPACE,
                "stethos.fleet.pod",
                POD,
                "stethos.fleet.retry",
                "PT0.2S");
    }

    @Override
    public void stop() {
        System.clearProperty(ADDRESS);
        cluster.close();
    }
}
