package dev.stethos.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.options.ServingOptions;
import dev.stethos.torch.Tensor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Profiles of a served model come, take over, leave and come back after a restart.
class ServedModelTest {
    private static final String PROFILE = "number-theory";

    @TempDir private Path state;

    private ServedModel open(@Nullable String profile, long residentBytes) {
        return ServedModel.open(
                new ServingOptions(
                        "embedded",
                        null,
                        profile,
                        List.of(),
                        Path.of("edit-profiles"),
                        Path.of("target/test-cache"),
                        state,
                        residentBytes,
                        ComputeType.AUTO,
                        new EngineOptions(2, 64, 32, 2)),
                new SimpleMeterRegistry(),
                stage -> {});
    }

    @Test
    void whatWasActiveLastComesBackUnlessTheOptionsSayOtherwise() throws IOException {
        String half;
        try (ServedModel first = open(null, Long.MAX_VALUE)) {
            assertThat(first.active().profile()).isEqualTo(PROFILE);
            half = first.profiles().activate(PROFILE, 0.5, null, "me").to().revision();
        }
        try (ServedModel second = open(null, Long.MAX_VALUE)) {
            assertThat(second.active().revision()).isEqualTo(half);
            assertThat(second.profiles().history()).hasSize(1);
            assertThat(second.profiles().history().getFirst().actor()).isEqualTo("me");
        }
        try (ServedModel third = open("base", Long.MAX_VALUE)) {
            assertThat(third.active().profile()).isEqualTo("base");
        }
        Path log = state.resolve("changes-tiny-gemma-3.jsonl");
        Files.writeString(log, "{\"time\":\"cut sho", StandardOpenOption.APPEND);
        try (ServedModel fourth = open(null, Long.MAX_VALUE)) {
            assertThat(fourth.active().revision()).isEqualTo(half);
            ProfileChange _ = fourth.profiles().activate("base", null, half, "you");
        }
        try (ServedModel fifth = open(null, Long.MAX_VALUE)) {
            assertThat(fifth.active().profile()).isEqualTo("base");
            assertThat(fifth.profiles().history()).hasSize(2);
        }
    }

    @Test
    void aRevisionStaysUntilItsLastPinIsGoneAndThenIsFreed() {
        long before = Tensor.liveCount();
        try (ServedModel served = open("base", Long.MAX_VALUE)) {
            long withBase = Tensor.liveCount();
            served.profiles().load(PROFILE, null);
            assertThat(Tensor.liveCount()).isGreaterThan(withBase);
            Pin pin = served.pin("tiny-gemma-3:" + PROFILE);
            served.profiles().unload(PROFILE);
            assertThatThrownBy(() -> served.pin("tiny-gemma-3:" + PROFILE))
                    .isInstanceOf(UnknownModelException.class);
            assertThat(pin.revision().tensors(List.copyOf(pin.revision().ownedNames())))
                    .allSatisfy(tensor -> assertThat(tensor.elements()).isPositive());
            pin.close();
            assertThat(Tensor.liveCount()).isEqualTo(withBase);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void profilesInMemoryKeepToTheirBudget() {
        long one;
        try (ServedModel served = open(PROFILE, Long.MAX_VALUE)) {
            one = ownedBytes(served, PROFILE);
        }
        try (ServedModel served = open(PROFILE, 2 * one)) {
            served.profiles().load(PROFILE, 0.5);
            served.profiles().load(PROFILE, 0.25);
            assertThat(served.profiles().profiles())
                    .extracting(ProfileStatus::profile)
                    .contains(PROFILE, PROFILE + "@0.25")
                    .doesNotContain(PROFILE + "@0.5");
            try (Pin _ = served.pin("tiny-gemma-3:" + PROFILE + "@0.25")) {
                assertThatThrownBy(() -> served.profiles().load(PROFILE, 0.75))
                        .isInstanceOfSatisfying(
                                ProfileConflictException.class,
                                e ->
                                        assertThat(e.reason())
                                                .isEqualTo(
                                                        ProfileConflictException.Reason
                                                                .OUT_OF_BUDGET));
            }
        }
    }

    @Test
    void trialsAndWhatRequestsStillUseCountTowardsTheBudget() {
        long one;
        try (ServedModel served = open(PROFILE, Long.MAX_VALUE)) {
            one = ownedBytes(served, PROFILE);
        }
        try (ServedModel served = open("base", 2 * one - 1)) {
            String revision = served.store().verify(PROFILE, null);
            served.profiles().load(PROFILE, null);
            outOfBudget(() -> served.store().verify(PROFILE, 0.5));
            Pin pin = served.pin("tiny-gemma-3:" + PROFILE);
            assertThat(pin.revision().id()).isEqualTo(revision);
            served.profiles().unload(PROFILE);
            outOfBudget(() -> served.profiles().load(PROFILE, 0.5));
            pin.close();
            served.profiles().load(PROFILE, 0.5);
            served.profiles().unload(PROFILE + "@0.5");
            assertThat(served.store().verify(PROFILE, null)).isEqualTo(revision);
        }
        try (ServedModel served = open("base", one - 1)) {
            outOfBudget(() -> served.store().verify(PROFILE, null));
            assertThat(served.store().verify(PROFILE, 0.0)).isNotEmpty();
        }
    }

    private static void outOfBudget(Runnable attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        ProfileConflictException.class,
                        e ->
                                assertThat(e.reason())
                                        .isEqualTo(ProfileConflictException.Reason.OUT_OF_BUDGET))
                .hasMessageContaining("stethos.resident-memory");
    }

    @Test
    void aChangeThatCannotBeWrittenDownIsNotMade() throws IOException {
        try (ServedModel served = open(PROFILE, Long.MAX_VALUE)) {
            Files.createDirectory(state.resolve("changes-tiny-gemma-3.jsonl"));
            assertThatThrownBy(() -> served.profiles().activate("base", null, null, "me"))
                    .hasMessageContaining("history");
            assertThat(served.active().profile()).isEqualTo(PROFILE);
        }
    }

    @Test
    void loadingTheSameContentTwiceKeepsOneRevision() {
        try (ServedModel served = open(PROFILE, Long.MAX_VALUE)) {
            long live = Tensor.liveCount();
            served.profiles().load(PROFILE, null);
            assertThat(Tensor.liveCount()).isEqualTo(live);
            assertThat(served.models()).hasSize(3);
        }
    }

    private static long ownedBytes(ServedModel served, String profile) {
        return served.profiles().profiles().stream()
                .filter(status -> status.profile().equals(profile))
                .findFirst()
                .orElseThrow()
                .ownedBytes();
    }
}
