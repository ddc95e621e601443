/// The making of edit profiles: from a task vector, a LoRA adapter or other profiles. Start at
/// [NewProfile]. It knows nothing about models that run.
@NullMarked
package dev.stethos.edit.making;

import org.jspecify.annotations.NullMarked;
