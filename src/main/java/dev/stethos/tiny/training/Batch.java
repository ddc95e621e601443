package dev.stethos.tiny.training;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.List;

/// Sequences side by side, padded on the right: `ids` `[rows, longest - 1]`, the flattened places
/// whose next token is learned, and those tokens. Padding never influences a loss: attention is
/// causal.
final class Batch implements AutoCloseable {
    final Tensor ids;
    final Tensor places;
    final Tensor targets;

    Batch(List<Sequence> sequences) {
        int width = sequences.stream().mapToInt(Sequence::length).max().orElseThrow() - 1;
        int learned = sequences.stream().mapToInt(s -> s.length() - s.from()).sum();
        long[] all = new long[sequences.size() * width];
        long[] where = new long[learned];
        long[] what = new long[learned];
        int next = 0;
        for (int row = 0; row < sequences.size(); row++) {
            Sequence sequence = sequences.get(row);
            for (int i = 0; i + 1 < sequence.length(); i++) {
                all[row * width + i] = sequence.tokens()[i];
                if (i + 1 >= sequence.from()) {
                    where[next] = (long) row * width + i;
                    what[next++] = sequence.tokens()[i + 1];
                }
            }
        }
        TorchRuntime torch = TorchRuntime.get();
        ids = torch.longs(all, sequences.size(), width);
        places = torch.longs(where, learned);
        targets = torch.longs(what, learned);
    }

    @Override
    public void close() {
        ids.close();
        places.close();
        targets.close();
    }
}
