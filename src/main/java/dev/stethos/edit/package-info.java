/// The edit itself: a profile is resolved once against one base checkpoint and applied as a new
/// revision. Start at [EditResolver] and [EditedRevision]. It knows nothing about requests or
/// scheduling.
@NullMarked
package dev.stethos.edit;

import org.jspecify.annotations.NullMarked;
