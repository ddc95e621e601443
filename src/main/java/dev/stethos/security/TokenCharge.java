package dev.stethos.security;

/// Tokens that are reserved for a request until it is known how many it took.
public interface TokenCharge {
    /// For callers whose tokens nobody counts.
    TokenCharge FREE = used -> {};

    /// Gives back what was reserved and not used, or takes what was used beyond it. Once.
    void settle(long used);
}
