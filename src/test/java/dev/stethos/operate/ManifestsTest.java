package dev.stethos.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.security.oidc.OidcConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What kustomize makes of `k8s/` is well-formed, strict, and hangs together.
class ManifestsTest {
    private static final Path K8S = Path.of("k8s");
    private static final String SECRET = "stethos-admin";
    private static final String KEYS = "stethos-keys";

    private static List<Object> parsed(String folder) throws Exception {
        List<Object> all = new ArrayList<>();
        for (ObjectNode document : Kustomization.render(K8S.resolve(folder))) {
            all.add(StrictModels.parse(document));
        }
        return all;
    }

    private static <T> List<T> all(List<Object> objects, Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Container container(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().getFirst();
    }

    private static Map<String, String> env(Container container) {
        Map<String, String> values = new TreeMap<>();
        for (EnvVar variable : container.getEnv()) {
            assertThat(values.put(variable.getName(), String.valueOf(variable.getValue())))
                    .as(variable.getName())
                    .isNull();
        }
        return values;
    }

    private static int seconds(String duration) {
        assertThat(duration).matches("\\d+S");
        return Integer.parseInt(duration.substring(0, duration.length() - 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"overlays/cpu-demo", "overlays/gpu", "examples/canary", "examples/oidc"})
    void selectorsFindPodsAndNamedPortsExist(String folder) throws Exception {
        List<Object> objects = parsed(folder);
        List<PodTemplateSpec> pods =
                all(objects, Deployment.class).stream()
                        .map(d -> d.getSpec().getTemplate())
                        .toList();
        for (Deployment deployment : all(objects, Deployment.class)) {
            assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
        }
        for (Service service : all(objects, Service.class)) {
            List<PodTemplateSpec> behind = selected(pods, service.getSpec().getSelector());
            assertThat(behind).as(service.getMetadata().getName()).hasSize(1);
            List<String> ports =
                    container(behind.getFirst().getSpec()).getPorts().stream()
                            .map(ContainerPort::getName)
                            .toList();
            service.getSpec()
                    .getPorts()
                    .forEach(port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
        }
        for (PodDisruptionBudget budget : all(objects, PodDisruptionBudget.class)) {
            assertThat(selected(pods, budget.getSpec().getSelector().getMatchLabels())).hasSize(1);
        }
        for (NetworkPolicy policy : all(objects, NetworkPolicy.class)) {
            assertThat(selected(pods, policy.getSpec().getPodSelector().getMatchLabels()))
                    .containsExactlyElementsOf(pods);
        }
    }

    private static List<PodTemplateSpec> selected(
            List<PodTemplateSpec> pods, Map<String, String> labels) {
        return pods.stream()
                .filter(pod ->
                        pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"overlays/cpu-demo", "overlays/gpu", "examples/canary", "examples/oidc"})
    void whatAPodRefersToIsThere(String folder) throws Exception {
        List<Object> objects = parsed(folder);
        List<String> names =
                Kustomization.render(K8S.resolve(folder)).stream()
                        .map(d -> d.get("kind").asText() + "/" + d.at("/metadata/name").asText())
                        .toList();
        assertThat(names).doesNotHaveDuplicates();
        for (Deployment deployment : all(objects, Deployment.class)) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            Container container = container(pod);
            assertThat(names).contains("ServiceAccount/" + pod.getServiceAccountName());
            List<String> volumes = pod.getVolumes().stream().map(Volume::getName).toList();
            container.getVolumeMounts().forEach(m -> assertThat(volumes).contains(m.getName()));
            pod.getVolumes().stream()
                    .filter(volume -> volume.getPersistentVolumeClaim() != null)
                    .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
                    .forEach(name -> assertThat(names).contains("PersistentVolumeClaim/" + name));
            container.getEnv().stream()
                    .filter(v -> v.getValueFrom() != null)
                    .filter(v -> v.getValueFrom().getSecretKeyRef() != null)
                    .forEach(v ->
                            assertThat(v.getValueFrom().getSecretKeyRef().getName())
                                    .isEqualTo(SECRET));
            String desired = env(container).get("STETHOS_FLEET_CONFIG_MAP");
            if (desired != null) {
                assertThat(names).contains("ConfigMap/" + desired);
                assertThat(names).contains("Lease/" + env(container).get("STETHOS_FLEET_LEASE"));
            }
        }
        assertThat(Files.readString(K8S.resolve("README.md"))).contains(SECRET, KEYS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"overlays/cpu-demo", "overlays/gpu", "examples/canary", "examples/oidc"})
    void everyPodListensOnlyWithKeys(String folder) throws Exception {
        for (Deployment deployment : all(parsed(folder), Deployment.class)) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            Container container = container(pod);
            Path keys = Path.of(env(container).get("STETHOS_SECURITY_KEYS"));
            VolumeMount mount =
                    container.getVolumeMounts().stream()
                            .filter(m -> m.getMountPath().equals(keys.getParent().toString()))
                            .findFirst()
                            .orElseThrow();
            assertThat(mount.getSubPath()).isNull();
            assertThat(mount.getReadOnly()).isTrue();
            assertThat(pod.getVolumes())
                    .filteredOn(volume -> volume.getName().equals(mount.getName()))
                    .singleElement()
                    .satisfies(volume -> {
                        assertThat(volume.getSecret().getSecretName()).isEqualTo(KEYS);
                        assertThat(volume.getSecret().getOptional()).isNull();
                        assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
                    });
            assertThat(env(container)).doesNotContainKey("STETHOS_SECURITY_OPEN");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"overlays/cpu-demo", "overlays/gpu", "examples/canary", "examples/oidc"})
    void everyPodIsLockedDownAndEndsItsAnswers(String folder) throws Exception {
        for (Deployment deployment : all(parsed(folder), Deployment.class)) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            Container container = container(pod);
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            Map<String, String> env = env(container);
            List<String> writable =
                    pod.getVolumes().stream()
                            .filter(volume -> volume.getEmptyDir() != null)
                            .flatMap(volume ->
                                    container.getVolumeMounts().stream()
                                            .filter(m -> m.getName().equals(volume.getName())))
                            .map(mount -> mount.getMountPath())
                            .toList();
            assertThat(writable)
                    .contains(env.get("STETHOS_CACHE"), env.get("STETHOS_STATE"), "/tmp");
            int drain = seconds(String.valueOf(env.get("STETHOS_DRAIN")));
            long preStop = container.getLifecycle().getPreStop().getSleep().getSeconds();
            assertThat(drain).isGreaterThan(seconds(String.valueOf(env.get("STETHOS_DEADLINE"))));
            assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(preStop + drain);
            assertThat(
                            container.getStartupProbe().getPeriodSeconds()
                                    * container.getStartupProbe().getFailureThreshold())
                    .isGreaterThanOrEqualTo(1800);
            assertThat(container.getLivenessProbe().getHttpGet().getPath())
                    .isEqualTo("/q/health/live");
            assertThat(container.getReadinessProbe().getHttpGet().getPath())
                    .isEqualTo("/q/health/ready");
        }
    }

    /// A name that nothing reads would leave the issuer's tokens refused in silence.
    @Test
    void theIssuersSettingsAreThoseThatTheServerReads() throws Exception {
        Set<String> known = new TreeSet<>();
        for (Method setting : OidcConfig.class.getMethods()) {
            known.add(
                    "STETHOS_SECURITY_OIDC_"
                            + setting.getName()
                                    .replaceAll("([A-Z])", "_$1")
                                    .toUpperCase(Locale.ROOT));
        }
        Deployment deployment = all(parsed("examples/oidc"), Deployment.class).getFirst();
        List<String> named =
                env(container(deployment.getSpec().getTemplate().getSpec())).keySet().stream()
                        .filter(name -> name.startsWith("STETHOS_SECURITY_OIDC_"))
                        .toList();
        assertThat(named).isNotEmpty().isSubsetOf(known);
    }

    @Test
    void theAdmissionPolicyParses() throws Exception {
        assertThat(parsed("examples/own-pod")).hasSize(2);
    }

    @Test
    void anUnknownFieldIsRefused() throws Exception {
        for (ObjectNode document : Kustomization.render(K8S.resolve("overlays/gpu"))) {
            if (document.get("spec") instanceof ObjectNode spec) {
                spec.put("replicsa", 2);
                assertThatThrownBy(() -> StrictModels.parse(document))
                        .as(document.get("kind").asText())
                        .hasMessageContaining("replicsa");
            }
        }
    }

    @Test
    void trafficIsSharedOutBetweenServicesThatExist() throws Exception {
        List<ObjectNode> documents = Kustomization.render(K8S.resolve("examples/canary"));
        List<String> services =
                documents.stream()
                        .filter(d -> d.get("kind").asText().equals("Service"))
                        .map(d -> d.at("/metadata/name").asText())
                        .toList();
        JsonNode route =
                documents.stream()
                        .filter(d -> d.get("kind").asText().equals("HTTPRoute"))
                        .findFirst()
                        .orElseThrow();
        for (JsonNode rule : route.at("/spec/rules")) {
            for (JsonNode backend : rule.get("backendRefs")) {
                assertThat(services).contains(backend.get("name").asText());
            }
        }
    }

    /// Where the real thing is at hand, it renders the same.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "overlays/cpu-demo",
                "overlays/gpu",
                "examples/canary",
                "examples/oidc",
                "examples/own-pod"
            })
    void rendersAsKubectlDoes(String folder) throws Exception {
        String kubectl =
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(part -> Path.of(part, "kubectl"))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .findFirst()
                        .orElse(null);
        assumeTrue(kubectl != null, "no kubectl on the PATH");
        ProcessBuilder command =
                new ProcessBuilder(kubectl, "kustomize", K8S.resolve(folder).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        command.environment().put("KUBECONFIG", "/dev/null");
        Process process = command.start();
        String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isZero();
        assertThat(byName(Kustomization.render(K8S.resolve(folder))))
                .isEqualTo(byName(Kustomization.read(text)));
    }

    private static Map<String, JsonNode> byName(List<ObjectNode> documents) {
        Map<String, JsonNode> all = new TreeMap<>();
        for (ObjectNode document : documents) {
            String name =
                    document.get("kind").asText() + "/" + document.at("/metadata/name").asText();
            all.put(name, sorted(document, ""));
        }
        return all;
    }

    /// Items of lists that merge by a key stand in that key's order.
    private static JsonNode sorted(JsonNode node, String field) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties()
                    .forEach(e -> copy.set(e.getKey(), sorted(e.getValue(), e.getKey())));
            return copy;
        }
        if (node instanceof ArrayNode list) {
            List<JsonNode> items = new ArrayList<>();
            list.forEach(item -> items.add(sorted(item, "")));
            String key = Kustomization.MERGE_KEYS.get(field);
            if (key != null) {
                items.sort(java.util.Comparator.comparing(item -> item.path(key).asText()));
            }
            return list.arrayNode().addAll(items);
        }
        return node;
    }
}
