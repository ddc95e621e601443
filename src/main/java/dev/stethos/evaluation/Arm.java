package dev.stethos.evaluation;

import dev.stethos.gemma.Revision;

/// One side of a comparison: a revision under a name. Whoever makes it keeps the revision pinned
/// while the arm is in use.
///
/// @param mustWork whether the first token of an answer may not begin the box: the control that
///   tells a gain in skill from a gain in willingness to work
public record Arm(String name, Revision revision, boolean mustWork) {}
