package dev.stethos.tiny.training;

/// Where training sequences come from: a function of the index alone.
@FunctionalInterface
public interface SequenceSource {
    Sequence sequence(long index);
}
