/// A server under everything at once: mixed traffic, overload, kills, swaps and evaluations, and
/// what became of each request. Start at [Soak] and [Overload]. It knows the server by its process,
/// its ports and its HTTP API only.
@NullMarked
package dev.stethos.soak;

import org.jspecify.annotations.NullMarked;
