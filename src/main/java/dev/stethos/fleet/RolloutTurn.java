package dev.stethos.fleet;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whose turn it is to swap: a Lease that one pod holds at a time. A holder that has not given it
/// back for as long as its turn lasts has lost it; that time is measured on the watcher's own
/// clock, so that clocks need not agree. Throws [KubernetesClientException] when the API server
/// does not answer as it should; one thread uses it.
final class RolloutTurn {
    private final KubernetesClient client;
    private final Resource<Lease> lease;
    private final String holder;
    private final Duration length;
    private final LongSupplier nanoTime;
    private @Nullable LeaseSpec seen;
    private long seenSince;

    RolloutTurn(KubernetesClient client, FleetOptions options, LongSupplier nanoTime) {
        this.client = client;
        this.lease = client.leases().inNamespace(options.namespace()).withName(options.lease());
        this.holder = options.pod();
        this.length = options.turn();
        this.nanoTime = nanoTime;
    }

    /// Takes the turn; false while another pod has it, or was quicker.
    boolean take() {
        Lease current = current();
        LeaseSpec spec = current.getSpec();
        if (isHeldByAnother(spec)) {
            return false;
        }
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        return replace(
                current,
                new LeaseSpecBuilder()
                        .withHolderIdentity(holder)
                        .withLeaseDurationSeconds(Math.toIntExact(length.toSeconds()))
                        .withAcquireTime(now)
                        .withRenewTime(now)
                        .withLeaseTransitions(transitions(spec) + 1)
                        .build());
    }

    /// Gives the turn back, unless another pod has taken it meanwhile.
    void giveBack() {
        Lease current = current();
        LeaseSpec spec = current.getSpec();
        if (spec != null && holder.equals(spec.getHolderIdentity())) {
            boolean _ =
                    replace(
                            current,
                            new LeaseSpecBuilder().withLeaseTransitions(transitions(spec)).build());
        }
    }

    private boolean isHeldByAnother(@Nullable LeaseSpec spec) {
        String owner = spec == null ? null : spec.getHolderIdentity();
        if (spec == null || owner == null || owner.isEmpty() || owner.equals(holder)) {
            seen = null;
            return false;
        }
        long now = nanoTime.getAsLong();
        if (!Objects.equals(seen, spec)) {
            seen = spec;
            seenSince = now;
        }
        Integer seconds = spec.getLeaseDurationSeconds();
        Duration theirs = seconds == null ? length : Duration.ofSeconds(seconds);
        return now - seenSince < theirs.toNanos();
    }

    private Lease current() {
        Lease current = lease.get();
        if (current == null) {
            throw new KubernetesClientException(
                    "the Lease is missing", HttpURLConnection.HTTP_NOT_FOUND, null);
        }
        return current;
    }

    /// False when another pod wrote since `current` was read.
    private boolean replace(Lease current, LeaseSpec spec) {
        Lease wanted =
                new Lease(current.getApiVersion(), current.getKind(), current.getMetadata(), spec);
        try {
            Lease _ = client.resource(wanted).lockResourceVersion().update();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    private static int transitions(@Nullable LeaseSpec spec) {
        Integer count = spec == null ? null : spec.getLeaseTransitions();
        return count == null ? 0 : count;
    }
}
