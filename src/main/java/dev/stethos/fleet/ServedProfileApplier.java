package dev.stethos.fleet;

import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.serving.ProfileControl;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.StoredProfiles;
import dev.stethos.weights.Fingerprint;

/// Applies desired profiles to the model that this process serves. A profile's bytes come from the
/// store; its manifest must have the desired hash before and after they were read.
final class ServedProfileApplier implements ProfileApplier {
    private static final String MANIFEST = "profile.yaml";

    private final ProfileControl profiles;
    private final StoredProfiles stored;
    private final ProfileStore store;

    ServedProfileApplier(ServedModel served, ProfileStore store) {
        profiles = served.profiles();
        stored = served.store();
        this.store = store;
    }

    @Override
    public Active active() {
        ServedModel.ModelCard card = profiles.active();
        return new Active(card.profile(), card.revision());
    }

    @Override
    public boolean isActive(DesiredProfile desired) {
        Active active = active();
        if (!active.profile().equals(desired.profile())) {
            return false;
        }
        if (desired.sha256() == null) {
            return true;
        }
        verify(desired);
        return stored.revision(desired.profile(), null).equals(active.revision());
    }

    @Override
    public Active apply(DesiredProfile desired) {
        String actor = "fleet " + desired.version();
        verify(desired);
        profiles.activate(desired.profile(), null, null, actor);
        try {
            verify(desired);
        } catch (RuntimeException e) {
            profiles.rollback(null, actor);
            throw e;
        }
        return active();
    }

    private void verify(DesiredProfile desired) {
        if (desired.sha256() == null) {
            return;
        }
        String found = Fingerprint.ofFile(store.load(desired.profile()).path().resolve(MANIFEST));
        if (!found.equals(desired.sha256())) {
            throw new UnexpectedProfileException(
                    "profile %s, %s: its sha256 is %s, desired is %s"
                            .formatted(desired.profile(), MANIFEST, found, desired.sha256()));
        }
    }
}
