/// What a profile is on disk: its manifest, its name, the store of all, signatures. Start at
/// [EditProfile] and [ProfileStore]. It knows nothing about a base's weights.
@NullMarked
package dev.stethos.edit.profile;

import org.jspecify.annotations.NullMarked;
