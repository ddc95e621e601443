package dev.stethos.serving;

import dev.stethos.edit.intake.Leftovers;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.serving.ProfileChange.Target;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One model under one served name: its base, its resident revisions and the active one. A model id
/// is the served name (the active revision), `<served>:base` or `<served>:<profile>`. Safe from any
/// thread; owns the model and the engine.
public final class ServedModel implements AutoCloseable {
    private static final int MIB = 20;

    private final String name;
    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final ServingMetrics metrics;
    private final Residents residents;
    private final ProfileControl profiles;
    private final StoredProfiles store;

    private ServedModel(
            String name,
            Gemma3Model model,
            InferenceEngine engine,
            ServingMetrics metrics,
            ServingOptions options) {
        this.name = name;
        this.model = model;
        this.engine = engine;
        this.metrics = metrics;
        this.residents = new Residents(name, baseResident(model));
        EffectProof proof = new EffectProof(model);
        engine.onDeviceThread(proof::baseLogits);
        ProfileStore inFolder = new ProfileStore(options.profiles(), options.trustedKeys());
        ProfileMemory memory = new ProfileMemory(options.residentBytes());
        ProfileLoader loader =
                new ProfileLoader(model, engine, proof, inFolder, memory, options.cache());
        ReentrantLock changing = new ReentrantLock();
        this.store = new StoredProfiles(inFolder, loader, memory, residents, metrics, changing);
        this.profiles =
                new ProfileControl(
                        residents,
                        loader,
                        metrics,
                        ChangeLog.open(options.state(), name),
                        memory,
                        changing);
    }

    /// Loads the model, applies its profiles and proves their effect. `progress` hears what is
    /// being done. Nothing stays open when it throws.
    public static ServedModel open(
            ServingOptions options, MeterRegistry meters, Consumer<String> progress) {
        progress.accept("loading model " + options.model());
        Gemma3Model model =
                Gemma3Model.load(
                        ModelSource.folder(options.model(), options.cache(), progress),
                        options.cache(),
                        options.compute());
        progress.accept(
                "%s weights, computing in %s".formatted(model.weightType(), model.computeType()));
        String name =
                options.servedName() == null
                        ? ModelSource.name(options.model())
                        : options.servedName();
        InferenceEngine engine = null;
        ServedModel served = null;
        try {
            EngineOptions limits = within(options.engine(), model.config().maxPositions());
            engine = new InferenceEngine(model, limits, meters);
            progress.accept(memory(engine.options(), limits.maxLength()));
            served =
                    new ServedModel(name, model, engine, new ServingMetrics(meters, name), options);
            served.applyProfiles(options, progress);
            return served;
        } catch (RuntimeException | Error e) {
            if (served != null) {
                served.close();
            } else {
                if (engine != null) {
                    engine.close();
                }
                model.close();
            }
            throw e;
        }
    }

    /// The options with a context no longer than the model's own.
    private static EngineOptions within(EngineOptions options, int maxPositions) {
        return options.withMaxLength(Math.min(options.maxLength(), maxPositions));
    }

    /// What sequences may take, and whether that shortens the context.
    private static String memory(EngineOptions options, int wantedLength) {
        long running = Objects.requireNonNull(options.memory().running());
        long kept = Objects.requireNonNull(options.memory().kept());
        String shorter =
                options.maxLength() < wantedLength
                        ? " (%d were asked for; stethos.kv-memory has no room for more)"
                                .formatted(wantedLength)
                        : "";
        return "KV cache: at most %d MiB for %d sequences of at most %d tokens%s, %d MiB for kept prompts"
                .formatted(
                        running >> MIB,
                        options.maxSequences(),
                        options.maxLength(),
                        shorter,
                        kept >> MIB);
    }

    private static Resident baseResident(Gemma3Model model) {
        return new Resident(
                ServingOptions.BASE,
                null,
                1,
                model.base(),
                Instant.now().getEpochSecond(),
                () -> {});
    }

    /// What was active when the last process ended, unless the options say what is to be.
    private void applyProfiles(ServingOptions options, Consumer<String> progress) {
        int leftovers = Leftovers.delete(options.profiles());
        if (leftovers > 0) {
            progress.accept("deleted %d leftovers in the profile store".formatted(leftovers));
        }
        metrics.resident(residents.active());
        for (String profile : options.resident()) {
            progress.accept("applying profile " + profile);
            profiles.load(profile, null);
        }
        Target start = options.profile() == null ? profiles.lastActive() : null;
        if (start == null) {
            start = new Target(options.startProfile(), null, null);
        }
        progress.accept("applying profile " + start.profile());
        profiles.start(start);
        metrics.activeRevision(residents::active);
    }

    public String name() {
        return name;
    }

    public Gemma3Model model() {
        return model;
    }

    public InferenceEngine engine() {
        return engine;
    }

    /// Changes what is in memory and active.
    public ProfileControl profiles() {
        return profiles;
    }

    /// Changes what is in the store.
    public StoredProfiles store() {
        return store;
    }

    /// Every model id that [#pin] accepts, the served name first.
    public List<ModelCard> models() {
        return residents.cards();
    }

    /// What the served name stands for now.
    public ModelCard active() {
        return residents.activeCard();
    }

    /// Keeps the revision that the id names alive until the pin is closed.
    public Pin pin(String modelId) {
        return residents.pin(modelId);
    }

    @Override
    public void close() {
        if (residents.close()) {
            engine.close();
            metrics.close();
            residents.retireAll();
            model.close();
        }
    }

    /// A model id and what it stands for. `profile` is `base` for the unedited weights; `created`
    /// is seconds since the epoch.
    public record ModelCard(String id, String profile, String revision, long created) {}

    /// A hold on a revision. Close it from any thread; closing it again does nothing.
    public interface Pin extends AutoCloseable {
        /// The id as it was asked for.
        String modelId();

        Revision revision();

        @Override
        void close();
    }
}
