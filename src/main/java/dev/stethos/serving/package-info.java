/// One served model: the base, its resident revisions, the active one, pins and readiness. Start at
/// [ServedModel]. It knows nothing about HTTP bodies.
@NullMarked
package dev.stethos.serving;

import org.jspecify.annotations.NullMarked;
