/// Who may ask for what, and how much of it: API keys and their roles, the gate before every path,
/// limits per key, the record of what administrators did. Start at [AccessGate]. It knows nothing
/// about models.
@NullMarked
package dev.stethos.security;

import org.jspecify.annotations.NullMarked;
