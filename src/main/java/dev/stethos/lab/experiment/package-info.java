/// The experiment: many edits of one model, each against the base on the same items, and what that
/// says about the paper's claims. Start at [Experiment]. It knows nothing about how layers were
/// scored.
@NullMarked
package dev.stethos.lab.experiment;

import org.jspecify.annotations.NullMarked;
