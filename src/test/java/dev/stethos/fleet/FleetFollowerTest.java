package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.WebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several pods follow one desired profile through faults of the API, of the watch and of their
/// own.
class FleetFollowerTest {
    private static final String HASH = "a".repeat(64);

    private final ApiServer api = new ApiServer();
    private final List<Gateway> gateways = new ArrayList<>();
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger mostAtWork = new AtomicInteger();

    /// One pod's follower with what stands around it.
    private final class Gateway implements AutoCloseable {
        final String pod;
        final RecordingApplier applier;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final KubernetesClient client = api.newPodClient();
        final FleetFollower follower;

        Gateway(String pod, ProfileApplier.Active active) {
            this.pod = pod;
            applier = new RecordingApplier(active, atWork, mostAtWork);
            follower =
                    new FleetFollower(
                            client,
                            new FleetOptions(
                                    ApiServer.NAMESPACE,
                                    pod,
                                    ApiServer.NAME,
                                    ApiServer.NAME,
                                    Duration.ofMinutes(5),
                                    Duration.ofMillis(20)),
                            applier,
                            new FleetMetrics(meters));
            gateways.add(this);
        }

        double meter(String name, String... tags) {
            return meters.get(name).tags(tags).meter().measure().iterator().next().getValue();
        }

        @Override
        public void close() {
            follower.close();
            client.close();
        }
    }

    private Gateway start(String pod) {
        return start(pod, new ProfileApplier.Active("base", "rev-base"));
    }

    private Gateway start(String pod, ProfileApplier.Active active) {
        Gateway gateway = create(pod, active);
        gateway.follower.start();
        return gateway;
    }

    private Gateway create(String pod, ProfileApplier.Active active) {
        if (api.pod(pod) == null) {
            api.addPod(pod);
        }
        return new Gateway(pod, active);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to be that " + what);
            }
            try {
                Thread.sleep(25);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void awaitApplied(String version, Gateway... those) {
        for (Gateway gateway : those) {
            await(
                    gateway.pod + " tells of version " + version,
                    () ->
                            version.equals(api.annotation(gateway.pod, PodReport.VERSION))
                                    && isCondition(gateway, "True", "Applied", version));
        }
    }

    private boolean isCondition(Gateway gateway, String status, String reason, String message) {
        PodCondition condition = api.condition(gateway.pod);
        return condition != null
                && condition.getStatus().equals(status)
                && condition.getReason().equals(reason)
                && condition.getMessage().contains(message);
    }

    @AfterEach
    void stop() {
        gateways.forEach(gateway -> gateway.applier.open());
        gateways.forEach(Gateway::close);
        api.close();
    }

    @Test
    void aRolloutReachesEveryPodOneAtATime() {
        api.desire("base", null, "v1");
        Gateway[] all = {start("pod-a"), start("pod-b"), start("pod-c")};
        awaitApplied("v1", all);
        for (Gateway gateway : all) {
            gateway.applier.shut();
        }
        api.desire("proofs", HASH, "v2");
        await(
                "one swaps and the others wait",
                () ->
                        atWork.get() == 1
                                && Stream.of(all)
                                                .filter(gateway ->
                                                        isCondition(
                                                                gateway,
                                                                "True",
                                                                "WaitingForTurn",
                                                                "v2"))
                                                .count()
                                        == 2);
        for (Gateway gateway : all) {
            gateway.applier.open();
        }
        awaitApplied("v2", all);
        assertThat(mostAtWork).hasValue(1);
        for (Gateway gateway : all) {
            assertThat(gateway.applier.applied()).containsExactly("proofs");
            assertThat(gateway.follower.isInSync()).isTrue();
            assertThat(gateway.meter("stethos.fleet.in.sync")).isEqualTo(1);
            assertThat(gateway.meter("stethos.fleet.watching")).isEqualTo(1);
            assertThat(gateway.meter("stethos.fleet.rollouts", "outcome", "applied")).isEqualTo(1);
            assertThat(api.annotation(gateway.pod, PodReport.REVISION)).isEqualTo("rev-proofs-v2");
            assertThat(api.annotation(gateway.pod, PodReport.PROFILE)).isEqualTo("proofs");
        }
        await("the turn is free", () -> api.lease().getSpec().getHolderIdentity() == null);
        api.desire("base", null, "v1");
        awaitApplied("v1", all);
        assertThat(mostAtWork).hasValue(1);
    }

    @Test
    void reportingLeavesTheKubeletsConditionsAlone() {
        api.desire("base", null, "v1");
        awaitApplied("v1", start("pod-a"));
        assertThat(api.pod("pod-a").getStatus().getConditions())
                .anySatisfy(
                        condition -> assertThat(condition.getType()).isEqualTo("ContainersReady"));
    }

    @Test
    void whatAFailingPodServedStaysAndTheOthersGoOn() {
        api.desire("base", null, "v1");
        Gateway sound = start("pod-a");
        Gateway failing = start("pod-b");
        awaitApplied("v1", sound, failing);
        failing.applier.refuse("proofs");
        api.desire("proofs", HASH, "v2");
        awaitApplied("v2", sound);
        await(
                "the failing pod says why",
                () -> isCondition(failing, "True", "ApplyFailed", "profile proofs is refused"));
        assertThat(failing.applier.active().profile()).isEqualTo("base");
        assertThat(failing.follower.isInSync()).isFalse();
        assertThat(failing.meter("stethos.fleet.in.sync")).isZero();
        assertThat(api.annotation("pod-b", PodReport.VERSION)).isEqualTo("v1");
        await(
                "it tries again",
                () -> failing.meter("stethos.fleet.rollouts", "outcome", "failed") >= 2);
        List<Event> events = api.events();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().getType()).isEqualTo("Warning");
        assertThat(events.getFirst().getReason()).isEqualTo("ApplyFailed");
        assertThat(events.getFirst().getInvolvedObject().getUid())
                .isEqualTo(api.pod("pod-b").getMetadata().getUid());
        failing.applier.allow("proofs");
        awaitApplied("v2", failing);
        assertThat(mostAtWork).hasValue(1);
    }

    @Test
    void aNewPodThatCannotApplyIsNotReady() {
        api.desire("proofs", HASH, "v1");
        api.addPod("pod-a");
        Gateway gateway = create("pod-a", new ProfileApplier.Active("base", "rev-base"));
        gateway.applier.refuse("proofs");
        gateway.follower.start();
        await("it says so", () -> isCondition(gateway, "False", "ApplyFailed", "refused"));
        assertThat(api.annotation("pod-a", PodReport.VERSION)).isNull();
    }

    @Test
    void aRestartedPodKnowsWhatItHadApplied() {
        api.desire("proofs", HASH, "v1");
        Gateway first = start("pod-a");
        awaitApplied("v1", first);
        first.close();
        Gateway second = start("pod-a", first.applier.active());
        await("it is in sync", second.follower::isInSync);
        awaitApplied("v1", second);
        assertThat(second.applier.applied()).isEmpty();
        second.close();
        // What cannot be applied does not take a pod away that serves what was asked for before.
        api.desire("broken", HASH, "v2");
        Gateway third = create("pod-a", first.applier.active());
        third.applier.refuse("broken");
        third.follower.start();
        await("it stays ready", () -> isCondition(third, "True", "ApplyFailed", "refused"));
    }

    @Test
    void nonsenseInTheConfigMapChangesNothing() {
        api.desire("base", null, "v1");
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        api.desire(Map.of("profile", "../etc", "sha256", HASH, "version", "v2"));
        await(
                "it says what is wrong",
                () -> isCondition(gateway, "True", "InvalidDesiredProfile", "../etc"));
        api.admin().configMaps().inNamespace(ApiServer.NAMESPACE).withName(ApiServer.NAME).delete();
        await(
                "it misses the ConfigMap",
                () -> isCondition(gateway, "True", "NoDesiredProfile", "no desired profile"));
        assertThat(gateway.applier.applied()).isEmpty();
        api.desire("proofs", HASH, "v3");
        awaitApplied("v3", gateway);
    }

    @Test
    void aWatchThatIsLostIsBegunAgainAndMissesNothing() {
        api.desire("base", null, "v1");
        Queue<WebSocket> deaf = new ConcurrentLinkedQueue<>();
        Runnable sound =
                api.answer(
                        request -> ApiServer.isWatch(request) ? ApiServer.watch(deaf::add) : null);
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        await("it watches", () -> !deaf.isEmpty());
        api.desire("proofs", HASH, "v2");
        sound.run();
        deaf.forEach(socket -> socket.close(1001, "going away"));
        awaitApplied("v2", gateway);
    }

    @Test
    void aWatchThatIsTooOldIsBegunAgainWithAList() {
        api.desire("base", null, "v1");
        Queue<WebSocket> deaf = new ConcurrentLinkedQueue<>();
        Runnable sound =
                api.answer(
                        request -> ApiServer.isWatch(request) ? ApiServer.watch(deaf::add) : null);
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        await("it watches", () -> !deaf.isEmpty());
        api.desire("proofs", HASH, "v2");
        sound.run();
        deaf.forEach(socket ->
                socket.send(
                        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"too old resource version\",\"reason\":\"Expired\",\"code\":410}}"));
        awaitApplied("v2", gateway);
    }

    @Test
    void aPodThatMayNotWatchKeepsWhatItServesUntilItMay() {
        api.desire("proofs", HASH, "v1");
        Runnable allowed = api.fail(ApiServer::isConfigMap, 403, "Forbidden");
        api.addPod("pod-a");
        Gateway gateway = create("pod-a", new ProfileApplier.Active("base", "rev-base"));
        gateway.follower.start();
        await("it counts", () -> gateway.meter("stethos.fleet.api.failures") >= 2);
        assertThat(gateway.applier.applied()).isEmpty();
        assertThat(gateway.meter("stethos.fleet.watching")).isZero();
        allowed.run();
        awaitApplied("v1", gateway);
    }

    @Test
    void withoutAnApiServerThePodServesOnAndCatchesUpAfterwards() {
        api.desire("base", null, "v1");
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        Runnable back =
                api.fail(request -> !ApiServer.isConfigMap(request), 503, "ServiceUnavailable");
        api.desire("proofs", HASH, "v2");
        await("it counts", () -> gateway.meter("stethos.fleet.api.failures") >= 2);
        assertThat(gateway.applier.active().profile()).isEqualTo("base");
        back.run();
        awaitApplied("v2", gateway);
    }

    @Test
    void whoLosesAConflictOverTheTurnWaits() {
        api.desire("base", null, "v1");
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        AtomicInteger conflicts = new AtomicInteger();
        api.answer(request ->
                request.getMethod().equals("PUT")
                                && request.getPath().contains("/leases/")
                                && conflicts.incrementAndGet() <= 2
                        ? ApiServer.status(409, "Conflict")
                        : null);
        api.desire("proofs", HASH, "v2");
        awaitApplied("v2", gateway);
        assertThat(conflicts).hasValueGreaterThanOrEqualTo(3);
        assertThat(gateway.meter("stethos.fleet.rollouts", "outcome", "failed")).isZero();
    }

    @Test
    void whileAnotherPodHasTheTurnNothingIsSwapped() {
        api.desire("base", null, "v1");
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        Lease lease = api.lease();
        lease.setSpec(
                new LeaseSpecBuilder()
                        .withHolderIdentity("pod-z")
                        .withLeaseDurationSeconds(300)
                        .withRenewTime(ZonedDateTime.now())
                        .build());
        api.admin().resource(lease).update();
        api.desire("proofs", HASH, "v2");
        await("it waits", () -> isCondition(gateway, "True", "WaitingForTurn", "v2"));
        assertThat(gateway.applier.applied()).isEmpty();
        Lease released = api.lease();
        released.setSpec(new LeaseSpecBuilder().build());
        api.admin().resource(released).update();
        awaitApplied("v2", gateway);
    }

    @Test
    void aReportThatWasNotHeardIsRepeated() {
        api.desire("base", null, "v1");
        AtomicBoolean refused = new AtomicBoolean();
        Runnable back =
                api.answer(request -> {
                    if (!request.getMethod().equals("PATCH")) {
                        return null;
                    }
                    refused.set(true);
                    return ApiServer.status(500, "InternalError");
                });
        Gateway gateway = start("pod-a");
        await("a report was refused", refused::get);
        back.run();
        awaitApplied("v1", gateway);
    }

    @Test
    void theRoleAllowsExactlyWhatThePodsAskFor() throws IOException {
        api.desire("base", null, "v1");
        Gateway gateway = start("pod-a");
        awaitApplied("v1", gateway);
        gateway.applier.refuse("broken");
        api.desire("broken", HASH, "v2");
        await("it failed", () -> !api.events().isEmpty());
        await("the turn is free", () -> api.lease().getSpec().getHolderIdentity() == null);
        Set<String> asked = new TreeSet<>();
        api.calls().forEach(call -> asked.add(permission(call)));
        Set<String> allowed = new TreeSet<>();
        try (InputStream yaml = Files.newInputStream(Path.of("k8s/components/fleet/rbac.yaml"))) {
            for (HasMetadata one : api.admin().load(yaml).items()) {
                if (one instanceof Role role) {
                    role.getRules().forEach(rule -> allowed.addAll(permissions(rule)));
                }
            }
        }
        assertThat(asked).isEqualTo(allowed);
    }

    private static List<String> permissions(PolicyRule rule) {
        return rule.getResources().stream()
                .flatMap(resource -> rule.getVerbs().stream().map(verb -> verb + " " + resource))
                .toList();
    }

    /// The verb and resource that a role names for a call.
    private static String permission(String call) {
        String[] parts = call.split(" ", 2);
        Matcher path =
                Pattern.compile(".*/namespaces/[^/]+/([a-z]+)(/[^/?]+)?(/[a-z]+)?(\\?.*)?")
                        .matcher(parts[1]);
        assertThat(path.matches()).as(call).isTrue();
        String subresource = path.group(3) == null ? "" : path.group(3);
        String verb =
                switch (parts[0]) {
                    case "GET" ->
                            parts[1].contains("watch=true")
                                    ? "watch"
                                    : path.group(2) == null ? "list" : "get";
                    case "PUT" -> "update";
                    case "POST" -> "create";
                    default -> "patch";
                };
        return verb + " " + path.group(1) + subresource;
    }
}
