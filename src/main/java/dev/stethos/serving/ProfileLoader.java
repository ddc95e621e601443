package dev.stethos.serving;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.serving.ProfileConflictException.Reason;
import dev.stethos.torch.TorchException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Makes a resident revision from a profile in the store: declared, resolved against the base,
/// applied beside it, proved on the device thread. A failure at any step frees what it made.
final class ProfileLoader {
    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final EffectProof proof;
    private final ProfileStore store;
    private final ProfileMemory memory;
    private final EditResolver resolver;

    /// `cache` is where it keeps what it read of profiles and base.
    ProfileLoader(
            Gemma3Model model,
            InferenceEngine engine,
            EffectProof proof,
            ProfileStore store,
            ProfileMemory memory,
            Path cache) {
        this.model = model;
        this.engine = engine;
        this.proof = proof;
        this.store = store;
        this.memory = memory;
        resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM, cache);
    }

    /// `known` may have the revision of that id already; `room` takes the memory before it is
    /// built, and refuses by throwing. `scale` null takes the profile's own.
    Resident load(
            String name,
            @Nullable Double scale,
            Function<String, @Nullable Resident> known,
            LongConsumer room) {
        return load(store.load(name), scale, known, room);
    }

    /// As above, of a profile wherever it lies.
    Resident load(
            ProfileFolder folder,
            @Nullable Double scale,
            Function<String, @Nullable Resident> known,
            LongConsumer room) {
        try {
            return made(folder, scale, known, room);
        } catch (TorchException e) {
            throw e.isOutOfMemory() ? withoutMemory(folder, e) : e;
        } catch (OutOfMemoryError e) {
            throw withoutMemory(folder, e);
        }
    }

    private static ProfileConflictException withoutMemory(ProfileFolder folder, Throwable cause) {
        return new ProfileConflictException(
                Reason.OUT_OF_MEMORY,
                "profile %s: there is no memory to apply it beside what is in use; nothing was changed"
                        .formatted(folder.profile().name()),
                cause);
    }

    private Resident made(
            ProfileFolder folder,
            @Nullable Double scale,
            Function<String, @Nullable Resident> known,
            LongConsumer room) {
        String name = folder.profile().name();
        try (ResolvedEdits edits = resolve(folder, scale)) {
            Resident there = known.apply(EditedRevision.id(model.base(), edits));
            if (there != null) {
                return there;
            }
            long bytes = EditedRevision.bytes(model.base(), edits);
            room.accept(bytes);
            Revision revision;
            try {
                revision = proved(name, edits);
            } catch (RuntimeException | Error e) {
                memory.giveBack(bytes);
                throw e;
            }
            return new Resident(
                    name,
                    scale,
                    edits.scale(),
                    revision,
                    Instant.now().getEpochSecond(),
                    () -> {
                        free(revision);
                        memory.giveBack(bytes);
                    });
        }
    }

    private Revision proved(String name, ResolvedEdits edits) {
        Revision revision = EditedRevision.of(model.base(), edits);
        try {
            engine.onDeviceThread(() -> proof.check(name, revision, edits.isIdentity()));
            return revision;
        } catch (RuntimeException | Error e) {
            free(revision);
            throw e;
        }
    }

    /// What the store holds; a profile that does not fit the base is among those refused.
    ProfileStore.Listing list() {
        ProfileStore.Listing listing = store.list();
        SortedMap<String, InvalidProfileException> refused = new TreeMap<>(listing.refused());
        List<ProfileFolder> profiles = new ArrayList<>();
        for (ProfileFolder folder : listing.profiles()) {
            try {
                resolver.resolve(folder, model.checkpoint()).close();
                profiles.add(folder);
            } catch (InvalidProfileException e) {
                refused.put(folder.profile().name(), e);
            }
        }
        return new ProfileStore.Listing(profiles, refused);
    }

    /// The id that the profile's revision at that scale, or null for its own, has or would have.
    String revision(ProfileFolder folder, @Nullable Double scale) {
        try (ResolvedEdits edits = resolve(folder, scale)) {
            return EditedRevision.id(model.base(), edits);
        }
    }

    private ResolvedEdits resolve(ProfileFolder folder, @Nullable Double scale) {
        return scale == null
                ? resolver.resolve(folder, model.checkpoint())
                : resolver.resolve(folder, model.checkpoint(), scale);
    }

    private void free(Revision revision) {
        engine.forget(revision);
        model.forget(revision);
        revision.close();
    }
}
