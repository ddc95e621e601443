package dev.stethos.serving;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.serving.options.ServingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A profile that the store holds or that is in memory.
///
/// @param state `active`, `resident`, `stored` or `refused` with the reason
/// @param revision null while it is not in memory
/// @param scale null where the manifest cannot be read
/// @param ownedBytes memory of the tensors that it does not share with the base
/// @param requests that use it now
/// @param reason why what the store holds is refused
public record ProfileStatus(
        String profile,
        String state,
        @Nullable String revision,
        @Nullable Double scale,
        List<Integer> layers,
        long ownedBytes,
        int requests,
        @Nullable String reason) {

    /// Everything by name, the base included.
    static List<ProfileStatus> all(ProfileStore.Listing store, Residents residents) {
        SortedMap<String, ProfileStatus> all = new TreeMap<>();
        store.refused().forEach((name, why) -> all.put(name, refused(name, why.getMessage())));
        for (ProfileFolder folder : store.profiles()) {
            all.put(folder.profile().name(), stored(folder.profile()));
        }
        Resident active = residents.active();
        for (Resident resident : residents.all()) {
            ProfileStatus stored = all.get(resident.profile());
            all.put(resident.profile(), inMemory(resident, resident == active, stored));
        }
        return new ArrayList<>(all.values());
    }

    private static ProfileStatus refused(String name, @Nullable String why) {
        return new ProfileStatus(name, "refused", null, null, List.of(), 0, 0, why);
    }

    private static ProfileStatus stored(EditProfile profile) {
        return new ProfileStatus(
                profile.name(), "stored", null, profile.scale(), profile.layers(), 0, 0, null);
    }

    private static ProfileStatus inMemory(
            Resident resident, boolean active, @Nullable ProfileStatus stored) {
        boolean base = resident.profile().equals(ServingOptions.BASE);
        return new ProfileStatus(
                resident.profile(),
                active ? "active" : "resident",
                resident.revision().id(),
                resident.scale(),
                stored == null ? List.of() : stored.layers(),
                base ? 0 : resident.revision().ownedBytes(),
                resident.pins(),
                stored == null ? null : stored.reason());
    }
}
