/// Started, ready, live: what the health checks say, and why. Start at [ServingHealth].
@NullMarked
package dev.stethos.serving.health;

import org.jspecify.annotations.NullMarked;
