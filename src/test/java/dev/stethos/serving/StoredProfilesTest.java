package dev.stethos.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.intake.IncomingProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileSignature;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.SigningKeys;
import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.options.ServingOptions;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.SafetensorsWriter;
import dev.stethos.weights.TensorInfo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store's profiles come and go behind a served model.
class StoredProfilesTest {
    private static final Path SHIPPED = Path.of("edit-profiles/number-theory");
    private static final String PROFILE = "number-theory";
    private static final Pattern RESIDENT = Pattern.compile("RssAnon:\\s+(\\d+) kB");

    @TempDir private Path dir;
    private Path store;

    @BeforeEach
    void copyTheStore() throws IOException {
        store = dir.resolve("profiles");
        copy(PROFILE);
    }

    private void copy(String name) throws IOException {
        Path folder = Files.createDirectories(store.resolve(name));
        Files.copy(SHIPPED.resolve("deltas.safetensors"), folder.resolve("deltas.safetensors"));
        Files.writeString(
                folder.resolve("profile.yaml"),
                Files.readString(SHIPPED.resolve("profile.yaml"))
                        .replace("\"" + PROFILE + "\"", "\"" + name + "\""));
    }

    private ServedModel open(List<PublicKey> trusted) {
        return ServedModel.open(
                new ServingOptions(
                        "embedded",
                        null,
                        "base",
                        List.of(),
                        store,
                        Path.of("target/test-cache"),
                        dir.resolve("state"),
                        Long.MAX_VALUE,
                        ComputeType.AUTO,
                        new EngineOptions(2, 64, 32, 2),
                        trusted),
                new SimpleMeterRegistry(),
                stage -> {});
    }

    @Test
    void whatIsActiveOrUsedIsNotDeleted() throws IOException {
        copy("other");
        long before = Tensor.liveCount();
        try (ServedModel served = open(List.of())) {
            long base = Tensor.liveCount();
            ProfileChange _ = served.profiles().activate(PROFILE, null, null, "me");
            inUse(served, PROFILE);
            served.profiles().load("other", 0.5);
            Pin pin = served.pin("tiny-gemma-3:other@0.5");
            inUse(served, "other");
            pin.close();
            served.store().delete("other", "me");
            assertThat(store.resolve("other")).doesNotExist();
            ProfileChange _ = served.profiles().activate("base", null, null, "me");
            served.store().delete(PROFILE, "me");
            assertThat(store).isEmptyDirectory();
            assertThat(served.profiles().profiles()).hasSize(1);
            assertThat(Tensor.liveCount()).isEqualTo(base);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void theSameContentUnderTwoNamesAnswersToBothAndLeavesEachOnItsOwn() throws IOException {
        copy("other");
        try (ServedModel served = open(List.of())) {
            served.profiles().load(PROFILE, null);
            served.profiles().load("other", null);
            String revision = status(served, PROFILE).revision();
            assertThat(status(served, "other").revision()).isEqualTo(revision);
            ProfileChange change = served.profiles().activate("other", null, null, "me");
            assertThat(change.to().profile()).isEqualTo("other");
            served.profiles().unload(PROFILE);
            try (Pin pin = served.pin("tiny-gemma-3:other")) {
                assertThat(pin.revision().id()).isEqualTo(revision);
            }
        }
    }

    private static void inUse(ServedModel served, String profile) {
        assertThatThrownBy(() -> served.store().delete(profile, "me"))
                .isInstanceOfSatisfying(
                        ProfileConflictException.class,
                        e ->
                                assertThat(e.reason())
                                        .isEqualTo(ProfileConflictException.Reason.IN_USE));
    }

    @Test
    void anUntrustedProfileIsListedAndNeverLoaded() throws IOException {
        KeyPair key = SigningKeys.generate();
        try (ServedModel served = open(List.of(key.getPublic()))) {
            assertThat(status(served, PROFILE).state()).isEqualTo("refused");
            assertThat(status(served, PROFILE).reason()).contains("a signature is required");
            untrusted(() -> served.profiles().load(PROFILE, null));
            untrusted(() -> served.profiles().activate(PROFILE, null, null, "me"));
            untrusted(() -> served.store().verify(PROFILE, null));
            assertThatThrownBy(() -> accept(served, SHIPPED))
                    .hasMessageContaining("a signature is required");
            ProfileSignature.sign(new ProfileStore(store).load(PROFILE), key.getPrivate());
            served.profiles().load(PROFILE, null);
            assertThat(status(served, PROFILE).state()).isEqualTo("resident");
        }
    }

    private static void untrusted(Runnable attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e ->
                                assertThat(e.code())
                                        .isEqualTo(InvalidProfileException.Code.UNTRUSTED_PROFILE));
    }

    private static ProfileStatus status(ServedModel served, String profile) {
        return served.profiles().profiles().stream()
                .filter(status -> status.profile().equals(profile))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneBadTensorAmongManyLeavesTheActiveRevisionAsItWas() throws IOException {
        copy("bad");
        Path bad = store.resolve("bad");
        String spoilt = spoil(bad.resolve("deltas.safetensors"), 16);
        try (ServedModel served = open(List.of())) {
            ProfileChange good = served.profiles().activate(PROFILE, null, null, "me");
            long tensors = Tensor.liveCount();
            for (String change : List.of("activate", "accept", "missing")) {
                assertThatThrownBy(
                                () -> {
                                    if (change.equals("accept")) {
                                        accept(served, bad);
                                    } else {
                                        if (change.equals("missing")) {
                                            Files.delete(bad.resolve("deltas.safetensors"));
                                        }
                                        served.profiles().activate("bad", null, null, "me");
                                    }
                                })
                        .isInstanceOf(InvalidProfileException.class)
                        .hasMessageContaining(
                                change.equals("missing") ? "is missing" : "tensor " + spoilt);
                assertThat(served.active().revision()).isEqualTo(good.to().revision());
                assertThat(Tensor.liveCount()).isEqualTo(tensors);
            }
            assertThat(status(served, "bad").reason()).contains("is missing");
        }
    }

    /// A bad tensor is seen before anything is built, a missing effect only when all is.
    @Test
    void aSwapThatFailsAtAnyStepLeavesEveryWeightAsItWas() throws IOException {
        copy("bad");
        String _ = spoil(store.resolve("bad/deltas.safetensors"), 16);
        copy("idle");
        makeIdle(store.resolve("idle"));
        try (ServedModel served = open(List.of())) {
            String active = served.profiles().activate(PROFILE, null, null, "me").to().revision();
            List<Integer> before = bits(served);
            for (String wanted : List.of("bad", "idle", "missing")) {
                assertThatThrownBy(() -> served.profiles().activate(wanted, null, null, "me"))
                        .hasMessageContaining(wanted);
                assertThat(served.active().revision()).isEqualTo(active);
                assertThat(served.profiles().history().getFirst().outcome()).isEqualTo("failed");
                assertThat(bits(served)).isEqualTo(before);
            }
        }
    }

    @Test
    void aHundredSwapsLeaveEveryWeightAsItWas() throws IOException {
        try (ServedModel served = open(List.of())) {
            ProfileChange _ = served.profiles().activate(PROFILE, null, null, "me");
            List<Integer> before = bits(served);
            for (int i = 0; i < 100; i++) {
                double scale = i % 2 == 0 ? 0.5 : -0.5;
                ProfileChange _ =
                        served.profiles().activate(i % 3 == 0 ? "base" : PROFILE, null, null, "me");
                served.profiles().load(PROFILE, scale);
                served.profiles().unload(PROFILE + "@" + scale);
            }
            assertThat(bits(served)).isEqualTo(before);
        }
    }

    /// A hash of every weight of the base, then of the profile.
    private static List<Integer> bits(ServedModel served) {
        List<Integer> bits = new ArrayList<>();
        for (String id : List.of("tiny-gemma-3:base", "tiny-gemma-3:" + PROFILE)) {
            try (Pin pin = served.pin(id)) {
                for (String name : pin.revision().names()) {
                    bits.add(Arrays.hashCode(pin.revision().tensor(name).toFloats()));
                }
            }
        }
        return bits;
    }

    /// Deltas that vanish when they are rounded to the weights' type.
    private static void makeIdle(Path profile) throws IOException {
        Path deltas = profile.resolve("deltas.safetensors");
        String before = Fingerprint.ofFile(deltas);
        List<NamedTensor> tensors = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(deltas)) {
            for (TensorInfo info : file.tensors()) {
                float[] values = file.floats(info);
                Arrays.fill(values, 1e-30f);
                tensors.add(NamedTensor.ofFloats(info.name(), info.dtype(), info.shape(), values));
            }
        }
        SafetensorsWriter.write(deltas, Map.of(), tensors);
        Path manifest = profile.resolve("profile.yaml");
        Files.writeString(
                manifest, Files.readString(manifest).replace(before, Fingerprint.ofFile(deltas)));
    }

    /// Puts a NaN into one tensor and makes the manifest's hash fit; returns the tensor's name.
    private static String spoil(Path deltas, int index) throws IOException {
        String before = Fingerprint.ofFile(deltas);
        List<NamedTensor> tensors = new ArrayList<>();
        String spoilt = "";
        try (SafetensorsFile file = SafetensorsFile.open(deltas)) {
            for (TensorInfo info : file.tensors()) {
                float[] values = file.floats(info);
                if (tensors.size() == index) {
                    values[values.length / 2] = Float.NaN;
                    spoilt = info.name();
                }
                tensors.add(NamedTensor.ofFloats(info.name(), info.dtype(), info.shape(), values));
            }
        }
        SafetensorsWriter.write(deltas, Map.of(), tensors);
        Path manifest = deltas.resolveSibling("profile.yaml");
        Files.writeString(
                manifest, Files.readString(manifest).replace(before, Fingerprint.ofFile(deltas)));
        return spoilt;
    }

    private static void accept(ServedModel served, Path from) throws IOException {
        try (IncomingProfile incoming = served.store().receive()) {
            for (String file : List.of("profile.yaml", "deltas.safetensors")) {
                try (InputStream in = Files.newInputStream(from.resolve(file))) {
                    incoming.receive(file, in);
                }
            }
            StoredProfiles.Accepted _ = served.store().accept(incoming, "me");
        }
    }

    /// Of changes that all believe the same revision active, one is made.
    @Test
    void changesAtOnceAreMadeOneAfterTheOther() throws InterruptedException, ExecutionException {
        try (ServedModel served = open(List.of());
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            String base = served.active().revision();
            List<Future<Boolean>> changes = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                double scale = i / 8.0;
                changes.add(threads.submit(() -> changed(served, scale, base)));
            }
            int made = 0;
            for (Future<Boolean> change : changes) {
                made += change.get() ? 1 : 0;
            }
            assertThat(made).isOne();
            assertThat(served.profiles().history()).hasSize(1);
        }
    }

    private static boolean changed(ServedModel served, double scale, String expected) {
        try {
            ProfileChange _ = served.profiles().activate(PROFILE, scale, expected, "me");
            return true;
        } catch (ProfileConflictException e) {
            assertThat(e.reason()).isEqualTo(ProfileConflictException.Reason.NOT_ACTIVE);
            return false;
        }
    }

    /// Of 200 cycles, keeping the tensors of a quarter of the later half would show.
    @Test
    void loadingAndUnloadingKeepsMemoryFlat() throws IOException {
        try (ServedModel served = open(List.of())) {
            served.profiles().load(PROFILE, null);
            long owned = status(served, PROFILE).ownedBytes();
            served.profiles().unload(PROFILE);
            long tensors = Tensor.liveCount();
            long before = leastMemoryOver100Cycles(served);
            long grown = leastMemoryOver100Cycles(served) - before;
            assertThat(Tensor.liveCount()).isEqualTo(tensors);
            assertThat(grown).isLessThan(100 / 4 * owned);
        }
    }

    /// The least, because allocators give back late.
    private static long leastMemoryOver100Cycles(ServedModel served) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 100; i++) {
            served.profiles().load(PROFILE, null);
            served.profiles().unload(PROFILE);
            if (i % 20 == 19) {
                least = Math.min(least, residentBytes());
            }
        }
        return least;
    }

    /// Memory of the process that no file backs, its heap being as small as it gets.
    private static long residentBytes() throws IOException {
        System.gc();
        Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
        assertThat(line.find()).isTrue();
        return Long.parseLong(line.group(1)) << 10;
    }
}
