package dev.stethos.tiny.tokens;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Learns merges by byte-pair encoding: join the most frequent neighbours, repeat; equal counts are
/// decided by spelling, so the same text gives the same merges. Sennrich et al. 2016, Neural
/// Machine Translation of Rare Words with Subword Units.
public final class BytePairTrainer {
    private static final int LEAST_COUNT = 3;

    private final Map<String, Integer> words = new TreeMap<>();

    /// Counts a text's words.
    public void add(String text) {
        for (String word : WordSplitter.words(text)) {
            words.merge(word, 1, Integer::sum);
        }
    }

    /// The vocabulary of at most `size` tokens that the texts so far give.
    public Vocabulary train(int size) {
        List<Entry> entries = new ArrayList<>();
        words.forEach((word, count) -> entries.add(new Entry(characters(word), count)));
        List<Merge> merges = new ArrayList<>();
        int room = size - Vocabulary.sizeWithoutMerges();
        while (merges.size() < room) {
            Merge best = mostFrequent(entries);
            if (best == null) {
                break;
            }
            merges.add(best);
            entries.forEach(entry -> join(entry.pieces, best));
        }
        return new Vocabulary(merges);
    }

    private static @Nullable Merge mostFrequent(List<Entry> entries) {
        Map<Merge, Integer> counts = new HashMap<>();
        for (Entry entry : entries) {
            for (int i = 0; i + 1 < entry.pieces.size(); i++) {
                counts.merge(
                        new Merge(entry.pieces.get(i), entry.pieces.get(i + 1)),
                        entry.count,
                        Integer::sum);
            }
        }
        Merge best = null;
        int bestCount = LEAST_COUNT - 1;
        for (Map.Entry<Merge, Integer> candidate : counts.entrySet()) {
            int count = candidate.getValue();
            if (count > bestCount
                    || (best != null
                            && count == bestCount
                            && candidate.getKey().compareTo(best) < 0)) {
                best = candidate.getKey();
                bestCount = count;
            }
        }
        return best;
    }

    static List<String> characters(String word) {
        return new ArrayList<>(word.codePoints().mapToObj(Character::toString).toList());
    }

    /// Joins every occurrence from left to right, in place.
    static void join(List<String> pieces, Merge merge) {
        for (int i = 0; i + 1 < pieces.size(); i++) {
            if (pieces.get(i).equals(merge.left()) && pieces.get(i + 1).equals(merge.right())) {
                pieces.set(i, merge.joined());
                pieces.remove(i + 1);
            }
        }
    }

    private record Entry(List<String> pieces, int count) {}
}
