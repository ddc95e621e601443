package dev.stethos.serving;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ProfileFolder;
import dev.stethos.edit.ProfileStore;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import java.time.Instant;
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
    private final EditResolver resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);

    ProfileLoader(
            Gemma3Model model, InferenceEngine engine, EffectProof proof, ProfileStore store) {
        this.model = model;
        this.engine = engine;
        this.proof = proof;
        this.store = store;
    }

    /// `known` may have the revision of that id already; `room` hears before it is built how many
    /// bytes it will take, and refuses by throwing. `scale` null takes the profile's own.
    Resident load(
            String name,
            @Nullable Double scale,
            Function<String, @Nullable Resident> known,
            LongConsumer room) {
        try (ResolvedEdits edits = resolve(store.load(name), scale)) {
            Resident there = known.apply(EditedRevision.id(model.base(), edits));
            if (there != null) {
                return there;
            }
            room.accept(EditedRevision.bytes(model.base(), edits));
            Revision revision = EditedRevision.of(model.base(), edits);
            try {
                engine.onDeviceThread(
                        () -> proof.check(name, model.base(), revision, edits.isIdentity()));
            } catch (RuntimeException | Error e) {
                free(revision);
                throw e;
            }
            return new Resident(
                    name,
                    scale,
                    edits.scale(),
                    revision,
                    Instant.now().getEpochSecond(),
                    () -> free(revision));
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
