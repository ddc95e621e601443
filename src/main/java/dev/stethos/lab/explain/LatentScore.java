package dev.stethos.lab.explain;

/// What a judge made of a latent.
///
/// @param fuzzing rank correlation of foretold and true strengths, -1 to 1
/// @param detection balanced accuracy of telling texts where it fires, 0 to 1
/// @param unclear answers that held no number or were out of range; they count as 0 and as wrong
public record LatentScore(
        int latent, String explanation, double fuzzing, double detection, int unclear) {}
