package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A turn belongs to one pod until it is given back or runs out on the watcher's clock.
class RolloutTurnTest {
    private static final Duration LENGTH = Duration.ofMinutes(5);

    private final AtomicLong clock = new AtomicLong();

    private RolloutTurn turn(KubernetesClient client, String pod) {
        FleetOptions options =
                new FleetOptions(
                        ApiServer.NAMESPACE,
                        pod,
                        ApiServer.NAME,
                        ApiServer.NAME,
                        LENGTH,
                        Duration.ofSeconds(1));
        return new RolloutTurn(client, options, clock::get);
    }

    @Test
    void oneAtATimeAndADeadHolderLosesIt() {
        try (ApiServer api = new ApiServer()) {
            RolloutTurn first = turn(api.admin(), "pod-a");
            RolloutTurn second = turn(api.admin(), "pod-b");
            assertThat(first.take()).isTrue();
            assertThat(second.take()).isFalse();
            clock.addAndGet(LENGTH.toNanos() - 1);
            assertThat(second.take()).isFalse();
            clock.incrementAndGet();
            assertThat(second.take()).isTrue();
            first.giveBack();
            assertThat(api.lease().getSpec().getHolderIdentity()).isEqualTo("pod-b");
            second.giveBack();
            assertThat(api.lease().getSpec().getHolderIdentity()).isNull();
            assertThat(first.take()).isTrue();
            assertThat(api.lease().getSpec().getLeaseTransitions()).isEqualTo(3);
        }
    }
}
