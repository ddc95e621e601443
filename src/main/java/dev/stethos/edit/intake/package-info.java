/// What comes into a profile store and leaves it: whole or not at all, whatever happens on the way.
/// Start at [IncomingProfile]. It knows nothing about HTTP or models that run.
@NullMarked
package dev.stethos.edit.intake;

import org.jspecify.annotations.NullMarked;
