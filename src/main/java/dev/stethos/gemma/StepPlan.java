package dev.stethos.gemma;

import dev.stethos.gemma.Gemma3Model.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// One step's rows laid out on one axis of tokens, grouped by revision, in the numbers that the
/// program takes. Made from rows that were checked against the model and the cache.
final class StepPlan {
    private static final Comparator<Revision> BY_ID = Comparator.comparing(Revision::id);

    private final List<Row> rows;
    private final List<Revision> revisions;
    private final List<Row> ordered = new ArrayList<>();
    private final IdentityHashMap<Row, Integer> firstPicks = new IdentityHashMap<>();
    private final int decodeRows;
    private final long[] tokens;
    private final long[] positions;
    private final long[] bounds;
    private final long[] firstTokens;
    private final long[] spans;
    private final long[] picked;
    private final long[] pickedBounds;
    private final long[] order;

    private StepPlan(List<Row> rows, int padded) {
        this.rows = rows;
        revisions = rows.stream().map(Row::revision).distinct().sorted(BY_ID).toList();
        Row[] decode = padded > 0 ? new Row[0] : decodeRows(rows);
        decodeRows = decode.length;
        List<Row> others = new ArrayList<>(rows);
        others.removeAll(Arrays.asList(decode));
        for (Revision revision : revisions) {
            Arrays.stream(decode).filter(row -> row.revision() == revision).forEach(ordered::add);
            others.stream().filter(row -> row.revision() == revision).forEach(ordered::add);
        }
        int real = rows.stream().mapToInt(row -> row.tokens().length).sum();
        int count = Math.max(real, padded);
        int wanted = rows.stream().mapToInt(Row::logits).sum();
        tokens = new long[count];
        positions = new long[count];
        bounds = new long[revisions.size() + 1];
        firstTokens = new long[decodeRows];
        spans = new long[4 * others.size()];
        picked = new long[padded > 0 ? wanted + count - real : wanted];
        pickedBounds = new long[revisions.size() + 1];
        layOut();
        order = padded > 0 ? new long[0] : requestedOrder();
    }

    /// One step of one revision whose products always have `tokens` rows, so that what a row gives
    /// does not depend on how many others there are; every row attends alone. The logits of the
    /// rows that fill up come last.
    static StepPlan padded(List<Row> rows, int tokens, int vocabSize, int slots, int maxLength) {
        check(rows, vocabSize, slots, maxLength);
        if (rows.stream().map(Row::revision).distinct().count() > 1) {
            throw new IllegalArgumentException("a padded step has one revision");
        }
        return new StepPlan(List.copyOf(rows), tokens);
    }

    /// `vocabSize`, `slots` and `maxLength` bound what the rows may name; anything beyond them is
    /// an [IllegalArgumentException], because the program would read outside of its tensors.
    static StepPlan of(List<Row> rows, int vocabSize, int slots, int maxLength) {
        check(rows, vocabSize, slots, maxLength);
        return new StepPlan(List.copyOf(rows), 0);
    }

    private static void check(List<Row> rows, int vocabSize, int slots, int maxLength) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a step has one row or more");
        }
        Set<Integer> seen = new HashSet<>();
        for (Row row : rows) {
            String where = "row in slot " + row.slot() + ": ";
            if (row.slot() < 0 || row.slot() >= slots || !seen.add(row.slot())) {
                throw new IllegalArgumentException(
                        where + "allowed slots are 0 to " + (slots - 1) + ", each once");
            }
            if (row.start() > maxLength - row.tokens().length) {
                throw new IllegalArgumentException(
                        where
                                + "start %d and %d tokens, a slot holds %d"
                                        .formatted(row.start(), row.tokens().length, maxLength));
            }
            for (int token : row.tokens()) {
                if (token < 0 || token >= vocabSize) {
                    throw new IllegalArgumentException(
                            where + "token " + token + ", allowed 0 to " + (vocabSize - 1));
                }
            }
        }
    }

    /// The rows of one token that sit in slots 0, 1, 2, ... without a gap, by slot.
    private static Row[] decodeRows(List<Row> rows) {
        Row[] bySlot = new Row[rows.size()];
        for (Row row : rows) {
            if (row.tokens().length == 1 && row.slot() < bySlot.length) {
                bySlot[row.slot()] = row;
            }
        }
        int count = 0;
        while (count < bySlot.length && bySlot[count] != null) {
            count++;
        }
        return Arrays.copyOf(bySlot, count);
    }

    private void layOut() {
        int token = 0;
        int span = 0;
        int pick = 0;
        int group = 0;
        for (Row row : ordered) {
            while (row.revision() != revisions.get(group)) {
                group++;
            }
            int begin = token;
            firstPicks.put(row, pick);
            for (int i = 0; i < row.tokens().length; i++) {
                tokens[token] = row.tokens()[i];
                positions[token++] = (long) row.start() + i;
            }
            for (int i = token - row.logits(); i < token; i++) {
                picked[pick++] = i;
            }
            if (row.slot() < decodeRows) {
                firstTokens[row.slot()] = begin;
            } else {
                spans[span++] = begin;
                spans[span++] = token;
                spans[span++] = row.slot();
                spans[span++] = row.start();
            }
            bounds[group + 1] = token;
            pickedBounds[group + 1] = pick;
        }
        while (pick < picked.length) {
            picked[pick++] = token++;
        }
        bounds[group + 1] = tokens.length;
        pickedBounds[group + 1] = pick;
    }

    /// For every logits row in the order of the caller's rows, its place among the picked tokens.
    private long[] requestedOrder() {
        long[] result = new long[picked.length];
        int next = 0;
        for (Row row : rows) {
            long place = firstPicks.getOrDefault(row, 0);
            for (int i = 0; i < row.logits(); i++) {
                result[next++] = place + i;
            }
        }
        return result;
    }

    /// The distinct revisions, in an order that does not depend on the rows'.
    List<Revision> revisions() {
        return revisions;
    }

    long[] tokens() {
        return tokens;
    }

    long[] positions() {
        return positions;
    }

    /// Revision `r` has the tokens from `bounds[r]` up to `bounds[r + 1]`.
    long[] bounds() {
        return bounds;
    }

    /// By slot from 0, the token of every row that is decoded together with the others.
    long[] firstTokens() {
        return firstTokens;
    }

    /// True when the tokens of the rows decoded together are the first ones, by slot.
    boolean firstTokensLead() {
        for (int slot = 0; slot < decodeRows; slot++) {
            if (firstTokens[slot] != slot) {
                return false;
            }
        }
        return true;
    }

    /// The length of the longest sequence that is decoded together with others; 0 without any.
    long longest() {
        return Arrays.stream(firstTokens).map(t -> positions[(int) t] + 1).max().orElse(0);
    }

    /// True when sequences of different lengths are decoded together.
    boolean ragged() {
        return Arrays.stream(firstTokens).map(t -> positions[(int) t]).distinct().count() > 1;
    }

    /// Four numbers for every other row: first token, last token (exclusive), slot, start position.
    long[] spans() {
        return spans;
    }

    long[] picked() {
        return picked;
    }

    long[] pickedBounds() {
        return pickedBounds;
    }

    long[] order() {
        return order;
    }

    boolean pickedInOrder() {
        for (int i = 0; i < order.length; i++) {
            if (order[i] != i) {
                return false;
            }
        }
        return true;
    }
}
