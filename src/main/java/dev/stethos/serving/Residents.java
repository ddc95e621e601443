package dev.stethos.serving;

import dev.stethos.gemma.Revision;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.ServedModel.Pin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The revisions of one served model that are in memory, by profile, and the active one. A model id
/// is the served name (the active revision) or `<served>:<profile>`. Safe from any thread; what
/// leaves is freed when its last pin is closed.
final class Residents {
    private final String served;
    private final Map<String, Resident> byProfile = new LinkedHashMap<>(16, 0.75f, true);
    private Resident active;
    private boolean closed;

    /// Begins with the base, active.
    Residents(String served, Resident base) {
        this.served = served;
        this.active = base;
        byProfile.put(base.profile(), base);
    }

    synchronized Resident active() {
        return active;
    }

    synchronized @Nullable Resident get(String profile) {
        return byProfile.get(profile);
    }

    /// All of them, the one that was used least recently first.
    synchronized List<Resident> all() {
        return new ArrayList<>(byProfile.values());
    }

    /// Adds one, in place of any other content under the same name unless that is active.
    synchronized void add(Resident resident) {
        Resident before = byProfile.put(resident.profile(), resident);
        if (before != null && before != active) {
            before.retire();
        }
    }

    /// From now on the served name stands for this one.
    synchronized void activate(Resident resident) {
        Resident before = active;
        active = resident;
        if (byProfile.get(before.profile()) != before) {
            before.retire();
        }
    }

    /// Lets one go that is not active; false when it is active or another took its place.
    synchronized boolean remove(Resident resident) {
        if (resident == active || !byProfile.remove(resident.profile(), resident)) {
            return false;
        }
        resident.retire();
        return true;
    }

    /// Every model id, the served name first.
    synchronized List<ModelCard> cards() {
        List<ModelCard> cards = new ArrayList<>();
        cards.add(card(served, active));
        byProfile.values().stream()
                .map(resident -> card(served + ":" + resident.profile(), resident))
                .sorted(java.util.Comparator.comparing(ModelCard::id))
                .forEach(cards::add);
        return cards;
    }

    ModelCard activeCard() {
        return card(served, active());
    }

    private static ModelCard card(String id, Resident resident) {
        return new ModelCard(
                id, resident.profile(), resident.revision().id(), resident.createdSeconds());
    }

    synchronized Pin pin(String modelId) {
        Resident resident = find(modelId);
        if (closed || resident == null || !resident.acquire()) {
            throw new UnknownModelException(
                    "model '%s' is not served here; these are: %s"
                            .formatted(
                                    modelId,
                                    String.join(
                                            ", ", cards().stream().map(ModelCard::id).toList())));
        }
        return new HeldPin(modelId, resident);
    }

    private @Nullable Resident find(String modelId) {
        if (modelId.equals(served)) {
            return active;
        }
        String prefix = served + ":";
        return modelId.startsWith(prefix)
                ? byProfile.get(modelId.substring(prefix.length()))
                : null;
    }

    /// No new pins; false when it was closed before.
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    synchronized void retireAll() {
        byProfile.values().forEach(Resident::retire);
        active.retire();
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
