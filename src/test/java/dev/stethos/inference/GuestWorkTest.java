package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class GuestWorkTest {
    private final GuestWork guests = new GuestWork();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsAtOnceWhileTheHostIsIdle() {
        add("a", 1e-9);
        add("b", 1e-9);
        guests.run(true);
        guests.run(true);
        assertThat(ran).containsExactly("a", "b");
        assertThat(guests.isEmpty()).isTrue();
    }

    @Test
    void allGuestsTogetherKeepTheShareWhileTheHostIsBusy() {
        add("a", 1e-9);
        add("b", 1e-9);
        for (int i = 0; i < 100; i++) {
            guests.run(false);
        }
        assertThat(ran).containsExactly("a");
    }

    @Test
    void thePauseLeavesTheShare() {
        assertThat(GuestWork.pause(1_000, 0.2)).isEqualTo(4_000);
        assertThat(GuestWork.pause(1_000, 1)).isZero();
    }

    @Test
    void whatIsCancelledNeverRuns() {
        FutureTask<?> task = new FutureTask<>(() -> ran.add("a"));
        guests.add(new GuestWork.Task(task, 1));
        guests.cancel();
        guests.run(true);
        assertThat(ran).isEmpty();
        assertThat(task.isCancelled()).isTrue();
    }

    @Test
    void refusesAShareThatIsNone() {
        assertThatThrownBy(() -> add("a", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above 0, up to 1");
    }

    private void add(String name, double share) {
        FutureTask<?> task =
                new FutureTask<>(
                        () -> {
                            // Long enough that its pause outlasts the test.
                            long end = System.nanoTime() + 1_000_000;
                            while (System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            ran.add(name);
                        },
                        null);
        guests.add(new GuestWork.Task(task, share));
    }
}
