package dev.stethos.lab.activations;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/// Documents side by side on the device, padded at their ends, with the flat places of what counts.
/// Owns its tensors.
final class Batch implements AutoCloseable {
    private final List<Document> documents;
    private final Tensor tokens;
    private final Tensor kept;
    private final Tensor scored;
    private final Tensor targets;
    private final int[] scoredCounts;

    Batch(List<Document> documents) {
        this.documents = List.copyOf(documents);
        int room = documents.stream().mapToInt(d -> d.tokens().length).max().orElseThrow();
        long[] all = new long[documents.size() * room];
        List<Long> keptPlaces = new ArrayList<>();
        List<Long> scoredPlaces = new ArrayList<>();
        List<Long> next = new ArrayList<>();
        scoredCounts = new int[documents.size()];
        for (int row = 0; row < documents.size(); row++) {
            Document document = documents.get(row);
            int begin = row * room;
            for (int i = 0; i < document.tokens().length; i++) {
                all[begin + i] = document.tokens()[i];
            }
            for (int at : document.kept()) {
                keptPlaces.add((long) begin + at);
            }
            for (int at : document.scored()) {
                scoredPlaces.add((long) begin + at);
                next.add((long) document.tokens()[at + 1]);
                scoredCounts[row]++;
            }
        }
        tokens = TorchRuntime.get().longs(all, documents.size(), room);
        kept = tensor(keptPlaces);
        scored = tensor(scoredPlaces);
        targets = tensor(next);
    }

    /// The documents, in order, in groups that take no more than so many tokens with their padding,
    /// or hold one document.
    static List<List<Document>> split(List<Document> documents, int tokensPerBatch) {
        List<List<Document>> batches = new ArrayList<>();
        int begin = 0;
        int longest = 0;
        for (int i = 0; i < documents.size(); i++) {
            int length = documents.get(i).tokens().length;
            int room = Math.max(longest, length);
            if (i > begin && (long) room * (i + 1 - begin) > tokensPerBatch) {
                batches.add(documents.subList(begin, i));
                begin = i;
                room = length;
            }
            longest = room;
        }
        if (begin < documents.size()) {
            batches.add(documents.subList(begin, documents.size()));
        }
        return batches;
    }

    private static Tensor tensor(List<Long> values) {
        long[] array = values.stream().mapToLong(Long::longValue).toArray();
        return TorchRuntime.get().longs(array, array.length);
    }

    List<Document> documents() {
        return documents;
    }

    /// Token ids `[documents, longest]`.
    Tensor tokens() {
        return tokens;
    }

    /// Places of the kept tokens in the flattened ids, document after document.
    Tensor kept() {
        return kept;
    }

    /// Places of the tokens whose next token is scored, and those next tokens.
    Tensor scored() {
        return scored;
    }

    Tensor targets() {
        return targets;
    }

    /// How many tokens of a document are scored.
    int scoredCount(int document) {
        return scoredCounts[document];
    }

    @Override
    public void close() {
        tokens.close();
        kept.close();
        scored.close();
        targets.close();
    }
}
