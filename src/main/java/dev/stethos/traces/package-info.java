/// OpenTelemetry traces of completions, off unless an endpoint is configured: when each sequence
/// waited, was read and was written, and with which revision; never what was said. Start at
/// [Traces]. It knows nothing about models.
@NullMarked
package dev.stethos.traces;

import org.jspecify.annotations.NullMarked;
