package dev.stethos.bench;

import dev.stethos.stats.MedianInterval;
import java.util.List;

/// What one batch size cost: medians over all blocks, and the paired ratio of edited to unedited.
///
/// @param batch sequences that decode together
/// @param tokens decoded for each sequence of a block
/// @param timing every block
public record BatchResult(int batch, int tokens, PairedTiming<DecodeBlock> timing) {

    public MedianInterval ratio() {
        return timing.ratio(DecodeBlock::perToken);
    }

    /// Milliseconds from one token of a sequence to its next.
    public double millisPerToken(boolean edited) {
        return PairedTiming.median(blocks(edited), DecodeBlock::perToken) / 1e6;
    }

    /// Milliseconds from submission until every sequence has its first token.
    public double millisToFirstToken(boolean edited) {
        return PairedTiming.median(blocks(edited), DecodeBlock::firstToken) / 1e6;
    }

    /// Of all sequences together.
    public double tokensPerSecond(boolean edited) {
        return batch * 1e3 / millisPerToken(edited);
    }

    private List<DecodeBlock> blocks(boolean edited) {
        return edited ? timing.edited() : timing.unedited();
    }
}
