package dev.stethos.serving;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ProfileStore;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import java.time.Instant;

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

    Resident load(String name) {
        try (ResolvedEdits edits = resolver.resolve(store.load(name), model.checkpoint())) {
            Revision revision = EditedRevision.of(model.base(), edits);
            try {
                engine.onDeviceThread(
                        () -> proof.check(name, model.base(), revision, edits.isIdentity()));
            } catch (RuntimeException | Error e) {
                free(revision);
                throw e;
            }
            return new Resident(
                    name, revision, Instant.now().getEpochSecond(), () -> free(revision));
        }
    }

    private void free(Revision revision) {
        model.forget(revision);
        revision.close();
    }
}
