package dev.stethos.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How many requests of each kind met which fate, and why the first lost ones were lost. Safe from
/// any thread.
final class Tally {
    private static final int REASONS = 20;

    private final Map<String, Map<Fate, Long>> counts = new TreeMap<>();
    private final List<String> reasons = new ArrayList<>();

    synchronized void add(String kind, Fate fate) {
        counts.computeIfAbsent(kind, any -> new EnumMap<>(Fate.class)).merge(fate, 1L, Long::sum);
    }

    synchronized void lost(String kind, String reason) {
        add(kind, Fate.LOST);
        if (reasons.size() < REASONS) {
            reasons.add(kind + ": " + reason);
        }
    }

    synchronized List<String> kinds() {
        return List.copyOf(counts.keySet());
    }

    synchronized long count(String kind, Fate fate) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(fate, 0L);
    }

    synchronized long count(Fate fate) {
        return counts.values().stream().mapToLong(each -> each.getOrDefault(fate, 0L)).sum();
    }

    synchronized List<String> reasons() {
        return List.copyOf(reasons);
    }
}
