package dev.stethos.fleet;

/// What a pod does with a desired profile. Called from one thread.
interface ProfileApplier {

    /// What the served name stands for.
    record Active(String profile, String revision) {}

    Active active();

    /// Whether what is active has exactly the content that is desired.
    boolean isActive(DesiredProfile desired);

    /// Verifies, loads beside, proves and swaps. What it throws means that nothing was changed.
    Active apply(DesiredProfile desired);
}
