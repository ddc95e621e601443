/// What is to be served, from configuration. Start at [ServingConfig].
@NullMarked
package dev.stethos.serving.options;

import org.jspecify.annotations.NullMarked;
