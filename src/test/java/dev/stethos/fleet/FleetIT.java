package dev.stethos.fleet;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.stethos.weights.Fingerprint;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The whole server as a pod of a cluster, from its start on the unedited model.
@QuarkusTest
@TestProfile(FleetIT.InACluster.class)
final class FleetIT {
    private static final String NAME = "number-theory";
    private static final Path MANIFEST = Path.of("edit-profiles", NAME, "profile.yaml");

    private final KubernetesClient cluster =
            new KubernetesClientBuilder()
                    .withConfig(
                            new ConfigBuilder()
                                    .withMasterUrl(System.getProperty(ClusterResource.ADDRESS))
                                    .build())
                    .build();

    @TestHTTPResource(value = "/", management = true)
    URI management = URI.create("/");

    public static final class InACluster implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("stethos.profile", "base", "stethos.state", "target/fleet-it/state");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ClusterResource.class));
        }
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void theDesiredProfileIsAppliedAndOneThatCannotBeLeavesIt() throws InterruptedException {
        active("base");
        desire(NAME, Fingerprint.ofFile(MANIFEST), "v1");
        await("v1 to be applied", () -> condition().equals("True Applied"));
        assertThat(annotation(PodReport.VERSION)).isEqualTo("v1");
        String revision = active(NAME);
        assertThat(annotation(PodReport.PROFILE)).isEqualTo(NAME);
        assertThat(annotation(PodReport.REVISION)).isEqualTo(revision);
        assertThat(metric("stethos_fleet_rollouts_total{outcome=\"applied\"}")).isEqualTo("1.0");
        given().get("/admin/history").then().body("changes[0].actor", equalTo("fleet v1"));

        desire(NAME, "0".repeat(64), "v2");
        await("v2 to be refused", () -> !events().isEmpty());
        assertThat(active(NAME)).isEqualTo(revision);
        assertThat(annotation(PodReport.VERSION)).isEqualTo("v1");
        assertThat(condition()).isEqualTo("True ApplyFailed");
        Event event = events().getFirst();
        assertThat(event.getReason()).isEqualTo("ApplyFailed");
        assertThat(event.getInvolvedObject().getName()).isEqualTo(ClusterResource.POD);
        assertThat(event.getMessage()).contains("v2", "0".repeat(64));
        assertThat(metric("stethos_fleet_rollouts_total{outcome=\"failed\"}")).isNotEqualTo("0.0");
        assertThat(metric("stethos_fleet_in_sync")).isEqualTo("0.0");
        given().contentType("application/json")
                .body("{\"model\":\"tiny-gemma-3\",\"prompt\":\"2+3=\",\"max_tokens\":2}")
                .post("/v1/completions")
                .then()
                .statusCode(200)
                .header("X-Stethos-Revision", revision);

        desire("base", null, "v3");
        await("v3 to be applied", () -> "v3".equals(annotation(PodReport.VERSION)));
        active("base");
        assertThat(metric("stethos_fleet_in_sync")).isEqualTo("1.0");
        assertThat(metric("stethos_fleet_watching")).isEqualTo("1.0");
    }

    private void desire(String profile, @Nullable String sha256, String version) {
        Map<String, String> data = new HashMap<>(Map.of("profile", profile, "version", version));
        if (sha256 != null) {
            data.put("sha256", sha256);
        }
        Object _ =
                cluster.resource(
                                new ConfigMapBuilder()
                                        .withNewMetadata()
                                        .withName(ApiServer.NAME)
                                        .withNamespace(ApiServer.NAMESPACE)
                                        .endMetadata()
                                        .withData(data)
                                        .build())
                        .createOr(replaceable -> replaceable.update());
    }

    /// The active revision, which must be this profile's.
    private static String active(String profile) {
        return Objects.requireNonNull(
                given().get("/admin/active")
                        .then()
                        .statusCode(200)
                        .body("profile", equalTo(profile))
                        .extract()
                        .path("revision"));
    }

    private Pod pod() {
        return cluster.pods().inNamespace(ApiServer.NAMESPACE).withName(ClusterResource.POD).get();
    }

    private @Nullable String annotation(String key) {
        Map<String, String> all = pod().getMetadata().getAnnotations();
        return all == null ? null : all.get(key);
    }

    private String condition() {
        return pod().getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(PodReport.CONDITION))
                .map(condition -> condition.getStatus() + " " + condition.getReason())
                .findFirst()
                .orElse("none");
    }

    private List<Event> events() {
        return cluster.v1().events().inNamespace(ApiServer.NAMESPACE).list().getItems();
    }

    private String metric(String name) {
        return given().baseUri(management.toString())
                .get("metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("none");
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            if (condition.getAsBoolean()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("waited in vain for " + what);
    }
}
