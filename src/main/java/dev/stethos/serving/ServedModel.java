package dev.stethos.serving;

import dev.stethos.edit.ProfileStore;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One model under one served name: its base, its resident revisions and the active one. A model id
/// is the served name (the active revision), `<served>:base` or `<served>:<profile>`. Safe from any
/// thread; owns the model and the engine.
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final ServingMetrics metrics;
    private final Map<String, Resident> residents = new LinkedHashMap<>();
    private volatile Resident active;
    private boolean closed;

    private ServedModel(
            String name,
            Gemma3Model model,
            InferenceEngine engine,
            ServingMetrics metrics,
            Resident base) {
        this.name = name;
        this.model = model;
        this.engine = engine;
        this.metrics = metrics;
        this.active = base;
        residents.put(ServingOptions.BASE, base);
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
        ServedModel served = null;
        try {
            EngineOptions limits = within(options.engine(), model.config().maxPositions());
            served =
                    new ServedModel(
                            name,
                            model,
                            new InferenceEngine(model, limits, meters),
                            new ServingMetrics(meters, name),
                            baseResident(model));
            served.applyProfiles(options, progress);
            return served;
        } catch (RuntimeException | Error e) {
            if (served == null) {
                model.close();
            } else {
                served.close();
            }
            throw e;
        }
    }

    /// The options with a context no longer than the model's own.
    private static EngineOptions within(EngineOptions options, int maxPositions) {
        return new EngineOptions(
                options.maxSequences(),
                Math.min(options.maxLength(), maxPositions),
                options.prefillChunk(),
                options.queueCapacity(),
                options.deadline());
    }

    private static Resident baseResident(Gemma3Model model) {
        return new Resident(
                ServingOptions.BASE, model.base(), Instant.now().getEpochSecond(), () -> {});
    }

    private void applyProfiles(ServingOptions options, Consumer<String> progress) {
        EffectProof proof = new EffectProof(model);
        engine.onDeviceThread(() -> proof.finiteLogits("model " + name, model.base()));
        metrics.resident(active);
        ProfileLoader loader =
                new ProfileLoader(model, engine, proof, new ProfileStore(options.profiles()));
        List<String> wanted = new ArrayList<>(options.resident());
        wanted.add(options.profile() == null ? ServingOptions.BASE : options.profile());
        for (String profile : wanted) {
            active = resident(profile, loader, progress);
        }
        metrics.activeRevision(() -> active);
    }

    /// The resident revision of a profile, loaded now if it is not there yet.
    private Resident resident(String profile, ProfileLoader loader, Consumer<String> progress) {
        Resident known = residents.get(profile);
        if (known != null) {
            return known;
        }
        progress.accept("applying profile " + profile);
        Resident loaded = metrics.timeApply(() -> loader.load(profile));
        synchronized (this) {
            residents.put(profile, loaded);
        }
        metrics.resident(loaded);
        return loaded;
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

    /// Every model id that [#pin] accepts, the served name first.
    public synchronized List<ModelCard> models() {
        List<ModelCard> cards = new ArrayList<>();
        cards.add(card(name, active));
        for (Resident resident : residents.values()) {
            cards.add(card(name + ":" + resident.profile(), resident));
        }
        return cards;
    }

    /// What the served name stands for now.
    public ModelCard active() {
        return card(name, active);
    }

    private static ModelCard card(String id, Resident resident) {
        return new ModelCard(
                id, resident.profile(), resident.revision().id(), resident.createdSeconds());
    }

    /// Keeps the revision that the id names alive until the pin is closed.
    public synchronized Pin pin(String modelId) {
        Resident resident = find(modelId);
        if (closed || resident == null || !resident.acquire()) {
            throw new UnknownModelException(
                    "model '%s' is not served here; these are: %s"
                            .formatted(
                                    modelId,
                                    String.join(
                                            ", ", models().stream().map(ModelCard::id).toList())));
        }
        return new HeldPin(modelId, resident);
    }

    private @Nullable Resident find(String modelId) {
        if (modelId.equals(name)) {
            return active;
        }
        String prefix = name + ":";
        return modelId.startsWith(prefix)
                ? residents.get(modelId.substring(prefix.length()))
                : null;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        engine.close();
        metrics.close();
        for (Resident resident : residents.values()) {
            resident.retire();
        }
        model.close();
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

    private static final class HeldPin implements Pin {
        private final String modelId;
        private final Resident resident;
        private final AtomicBoolean released = new AtomicBoolean();

        HeldPin(String modelId, Resident resident) {
            this.modelId = modelId;
            this.resident = resident;
        }

        @Override
        public String modelId() {
            return modelId;
        }

        @Override
        public Revision revision() {
            return resident.revision();
        }

        @Override
        public void close() {
            if (released.compareAndSet(false, true)) {
                resident.release();
            }
        }
    }
}
