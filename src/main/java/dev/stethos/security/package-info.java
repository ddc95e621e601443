/// Who may ask for what, and how much of it: API keys, an issuer's tokens and their roles, the gate
/// before every path, limits, the record of what administrators did. Start at [AccessGate]. It
/// knows nothing about models.
@NullMarked
package dev.stethos.security;

import org.jspecify.annotations.NullMarked;
