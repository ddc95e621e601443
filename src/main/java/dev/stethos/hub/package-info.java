/// Models from the Hugging Face hub, as folders in a cache. Start at [ModelHub]. It knows nothing
/// about what is in the files.
@NullMarked
package dev.stethos.hub;

import org.jspecify.annotations.NullMarked;
