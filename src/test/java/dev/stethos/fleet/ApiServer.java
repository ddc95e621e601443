package dev.stethos.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A Kubernetes API on loopback that keeps what it is given, with faults on demand. It holds the
/// fleet's Lease from the start.
final class ApiServer implements AutoCloseable {
    static final String NAMESPACE = "stethos";
    static final String NAME = "stethos-profile";
    private static final String POD = "pod";

    private final KubernetesMockServer server;
    private final KubernetesClient admin;
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final List<Function<RecordedRequest, @Nullable MockResponse>> faults =
            new CopyOnWriteArrayList<>();

    ApiServer() {
        server =
                new KubernetesMockServer(
                        new Context(Serialization.jsonMapper()),
                        new MockWebServer(),
                        new HashMap<>(),
                        new Faulty(),
                        false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        admin = newClient();
        admin.resource(
                        new LeaseBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .build())
                .create();
    }

    private KubernetesClient newClient() {
        return newClient("admin");
    }

    /// A client for a pod; its calls are remembered.
    KubernetesClient newPodClient() {
        return newClient(POD);
    }

    private KubernetesClient newClient(String agent) {
        return server.createClient((KubernetesClientBuilder builder) ->
                builder.editOrNewConfig()
                        .withMasterUrl(address())
                        .withWatchReconnectInterval(20)
                        .withRequestRetryBackoffLimit(0)
                        .withUserAgent(agent)
                        .endConfig());
    }

    KubernetesClient admin() {
        return admin;
    }

    String address() {
        return server.url("/").toString();
    }

    int port() {
        return server.getPort();
    }

    void desire(String profile, @Nullable String sha256, String version) {
        Map<String, String> data = new HashMap<>(Map.of("profile", profile, "version", version));
        if (sha256 != null) {
            data.put("sha256", sha256);
        }
        desire(data);
    }

    void desire(Map<String, String> data) {
        admin.resource(
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .withData(data)
                                .build())
                .createOr(replaceable -> replaceable.update());
    }

    /// A pod as the kubelet leaves it: with a condition of its own.
    void addPod(String name) {
        admin.resource(
                        new PodBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .withNewStatus()
                                .addNewCondition()
                                .withType("ContainersReady")
                                .withStatus("True")
                                .endCondition()
                                .endStatus()
                                .build())
                .create();
    }

    Pod pod(String name) {
        return admin.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    /// Null while the pod has none.
    @Nullable PodCondition condition(String pod) {
        return pod(pod).getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(PodReport.CONDITION))
                .findFirst()
                .orElse(null);
    }

    @Nullable String annotation(String pod, String key) {
        Map<String, String> all = pod(pod).getMetadata().getAnnotations();
        return all == null ? null : all.get(key);
    }

    List<Event> events() {
        return admin.v1().events().inNamespace(NAMESPACE).list().getItems();
    }

    Lease lease() {
        return admin.leases().inNamespace(NAMESPACE).withName(NAME).get();
    }

    /// Every call of a pod so far, as method and path with query.
    List<String> calls() {
        return List.copyOf(calls);
    }

    /// Answers requests that match with an error until the returned handle is closed.
    Runnable fail(Predicate<RecordedRequest> matching, int code, String reason) {
        return answer(request -> matching.test(request) ? status(code, reason) : null);
    }

    /// Answers with what the function makes, where it makes something; run the handle to stop.
    Runnable answer(Function<RecordedRequest, @Nullable MockResponse> fault) {
        faults.add(fault);
        return () -> faults.remove(fault);
    }

    static boolean isWatch(RecordedRequest request) {
        return request.getPath().contains("watch=true");
    }

    static boolean isConfigMap(RecordedRequest request) {
        return request.getPath().contains("/configmaps");
    }

    static MockResponse status(int code, String reason) {
        return new MockResponse()
                .setResponseCode(code)
                .setHeader("Content-Type", "application/json")
                .setBody(
                        Serialization.asJson(
                                new StatusBuilder()
                                        .withCode(code)
                                        .withReason(reason)
                                        .withStatus("Failure")
                                        .withMessage(reason)
                                        .build()));
    }

    /// A watch that hears nothing but what `onOpen` sends.
    static MockResponse watch(java.util.function.Consumer<WebSocket> onOpen) {
        return new MockResponse()
                .withWebSocketUpgrade(
                        new WebSocketListener() {
                            @Override
                            public void onOpen(WebSocket socket, Response response) {
                                onOpen.accept(socket);
                            }
                        });
    }

    @Override
    public void close() {
        admin.close();
        server.destroy();
    }

    private final class Faulty extends Dispatcher {
        private final KubernetesMixedDispatcher sound =
                new KubernetesMixedDispatcher(new HashMap<>());

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (POD.equals(request.getHeader("User-Agent"))) {
                calls.add(request.getMethod() + " " + request.getPath());
            }
            for (Function<RecordedRequest, @Nullable MockResponse> fault : faults) {
                MockResponse response = fault.apply(request);
                if (response != null) {
                    return response;
                }
            }
            String type = request.getHeader("Content-Type");
            return sound.dispatch(
                    type != null && type.contains("strategic-merge-patch")
                            ? asJsonPatch(request)
                            : request);
        }

        /// Conditions merge by their type, as the API's schema says; the mock server does not know
        /// that.
        private RecordedRequest asJsonPatch(RecordedRequest request) {
            ObjectMapper json = Serialization.jsonMapper();
            try {
                JsonNode patch = json.readTree(request.getUtf8Body());
                ArrayNode merged = json.createArrayNode();
                merged.addAll((ArrayNode) stored(request).withArray("/status/conditions"));
                for (JsonNode given : patch.at("/status/conditions")) {
                    merge(merged, given);
                }
                ArrayNode body = json.createArrayNode();
                body.addObject()
                        .put("op", "add")
                        .put("path", "/status/conditions")
                        .set("value", merged);
                return new RecordedRequest(
                        request.getHttpVersion(),
                        HttpMethod.PATCH,
                        request.getPath(),
                        Headers.builder()
                                .add("Content-Type", "application/json-patch+json")
                                .build(),
                        new Buffer(json.writeValueAsBytes(body)));
            } catch (java.io.IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// The pod as it is, read without a request: this thread is the server's own.
        private JsonNode stored(RecordedRequest request) throws java.io.IOException {
            RecordedRequest read =
                    new RecordedRequest(
                            request.getHttpVersion(),
                            HttpMethod.GET,
                            request.getPath().replaceFirst("/status.*", ""),
                            Headers.builder().build(),
                            new Buffer());
            return Serialization.jsonMapper().readTree(sound.dispatch(read).getBody().readUtf8());
        }

        private void merge(ArrayNode merged, JsonNode given) {
            for (JsonNode before : merged) {
                if (before.path("type").equals(given.path("type"))) {
                    ((ObjectNode) before).setAll((ObjectNode) given);
                    return;
                }
            }
            merged.add(given);
        }
    }
}
