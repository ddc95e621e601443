package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import java.util.List;

/// What one call of the decoder computes: first one token of every decoding sequence, in slots 0,
/// 1, 2, ..., then pieces of prompts in the slots behind.
record BatchStep(List<Part> parts) {
    BatchStep {
        parts = List.copyOf(parts);
    }

    List<Row> rows() {
        return parts.stream().map(Part::row).toList();
    }

    int tokens() {
        return parts.stream().mapToInt(part -> part.row().tokens().length).sum();
    }

    /// The parts of one token: those of sequences that generate.
    List<Part> generating() {
        return parts.stream().filter(part -> part.row().tokens().length == 1).toList();
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /// A sequence and its row.
    record Part(Sequence sequence, Row row) {}
}
