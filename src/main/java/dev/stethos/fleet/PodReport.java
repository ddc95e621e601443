package dev.stethos.fleet;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this pod tells the cluster about itself: annotations with what it has applied, the
/// readiness gate's condition, Events. Throws [KubernetesClientException] when it cannot.
final class PodReport {
    /// The condition that a readiness gate may name.
    static final String CONDITION = "stethos.dev/profile-applied";

    static final String PROFILE = "stethos.dev/applied-profile";
    static final String REVISION = "stethos.dev/applied-revision";
    static final String VERSION = "stethos.dev/applied-version";

    private static final int MAX_MESSAGE = 1000;

    /// @param ready whether the pod serves a profile that the fleet asked for
    /// @param reason one word in camel case
    record Condition(boolean ready, String reason, String message) {}

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private @Nullable Condition told;

    PodReport(KubernetesClient client, FleetOptions options) {
        this.client = client;
        this.namespace = options.namespace();
        this.name = options.pod();
    }

    /// The revision that this pod said it had applied, in an earlier process perhaps; null for
    /// none.
    @Nullable String appliedRevision() {
        Map<String, String> annotations = current().getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(REVISION);
    }

    /// Tells what is applied.
    void applied(DesiredProfile desired, ProfileApplier.Active active) {
        Pod patch =
                new PodBuilder()
                        .withNewMetadata()
                        .addToAnnotations(PROFILE, active.profile())
                        .addToAnnotations(REVISION, active.revision())
                        .addToAnnotations(VERSION, desired.version())
                        .endMetadata()
                        .build();
        Pod _ = pod().patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
    }

    /// Sets the readiness gate's condition, unless it was told so before.
    void condition(Condition condition) {
        if (condition.equals(told)) {
            return;
        }
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        boolean turned = told == null || told.ready() != condition.ready();
        Pod patch =
                new PodBuilder()
                        .withNewStatus()
                        .addToConditions(
                                new PodConditionBuilder()
                                        .withType(CONDITION)
                                        .withStatus(condition.ready() ? "True" : "False")
                                        .withReason(condition.reason())
                                        .withMessage(shortened(condition.message()))
                                        .withLastTransitionTime(turned ? now : null)
                                        .build())
                        .endStatus()
                        .build();
        // A strategic merge leaves the kubelet's conditions alone.
        Pod _ =
                pod().subresource("status")
                        .patch(
                                PatchContext.of(PatchType.STRATEGIC_MERGE),
                                Serialization.asJson(patch));
        told = condition;
    }

    /// Raises an Event on this pod, a warning or a normal one.
    void event(boolean warning, String reason, String message) {
        Instant now = Instant.now();
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withName(name + "." + Long.toHexString(unique(now)))
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(name)
                        .withNamespace(namespace)
                        .withUid(current().getMetadata().getUid())
                        .endInvolvedObject()
                        .withType(warning ? "Warning" : "Normal")
                        .withReason(reason)
                        .withMessage(shortened(message))
                        .withAction("ApplyProfile")
                        .withFirstTimestamp(time)
                        .withLastTimestamp(time)
                        .withCount(1)
                        .withNewSource()
                        .withComponent("stethos")
                        .endSource()
                        .withReportingComponent("stethos.dev/fleet")
                        .withReportingInstance(name)
                        .build();
        Event _ = client.v1().events().inNamespace(namespace).resource(event).create();
    }

    private static long unique(Instant now) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, now);
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }

    private PodResource pod() {
        return client.pods().inNamespace(namespace).withName(name);
    }

    private Pod current() {
        Pod current = pod().get();
        if (current == null) {
            throw new KubernetesClientException(
                    "pod " + name + " is missing", HttpURLConnection.HTTP_NOT_FOUND, null);
        }
        return current;
    }
}
