/// Edit profiles: declared on disk, resolved once against one base checkpoint, applied as a new
/// revision. Start at [EditProfile], then [EditResolver] and [EditedRevision]. It knows nothing
/// about requests or scheduling.
@NullMarked
package dev.stethos.edit;

import org.jspecify.annotations.NullMarked;
