package dev.stethos.inference;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.Decoder.Kept;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keys and values of prompts that were computed, in blocks of so many tokens, each found by its
/// revision and all tokens up to its end. Bounded in bytes; the block that was used longest ago
/// leaves first, and none before those that continue it. Used by the device thread only.
final class PrefixCache implements AutoCloseable {
    private static final long NO_PARENT = 0;

    private final Decoder decoder;
    private final int block;
    private final long limit;
    private final CacheMetrics metrics;

    /// In the order of use: whoever uses a block then uses those before it.
    private final Map<Key, Block> blocks = new LinkedHashMap<>(16, 0.75f, true);

    private final long blockBytes;
    private long lastNumber;

    PrefixCache(Decoder decoder, int block, long limit, CacheMetrics metrics) {
        this.decoder = decoder;
        this.block = block;
        this.limit = limit;
        this.metrics = metrics;
        this.blockBytes = decoder.savedBytes(block);
    }

    /// Puts what is kept of the prompt's beginning into the slot and returns its length. At least
    /// one token is left to be computed.
    int restore(Revision revision, int[] prompt, int slot) {
        int most = (prompt.length - 1) / block;
        if (most == 0 || limit < blockBytes) {
            return 0;
        }
        List<Key> path = new ArrayList<>();
        List<Kept> found = new ArrayList<>();
        long parent = NO_PARENT;
        while (path.size() < most) {
            Key key = key(revision, prompt, path.size(), parent);
            Block known = blocks.get(key);
            if (known == null) {
                break;
            }
            path.add(key);
            found.add(known.kept());
            parent = known.number();
        }
        use(path);
        if (!found.isEmpty()) {
            decoder.restore(slot, found);
        }
        metrics.looked(found.size() * block);
        return found.size() * block;
    }

    /// Keeps the prompt's blocks that end among the slot's tokens from `start` to `end`.
    void keep(Revision revision, int[] prompt, int slot, int start, int end) {
        long most = Math.min(Math.min(end, prompt.length) / block, limit / blockBytes);
        if (most * block <= start) {
            return;
        }
        List<Key> path = new ArrayList<>();
        long parent = NO_PARENT;
        while (path.size() < most) {
            int begin = path.size() * block;
            Key key = key(revision, prompt, path.size(), parent);
            Block known = blocks.get(key);
            if (known == null) {
                if (begin < start) {
                    break;
                }
                makeRoom();
                known = new Block(++lastNumber, decoder.save(slot, begin, block));
                blocks.put(key, known);
            }
            path.add(key);
            parent = known.number();
        }
        use(path);
        metrics.kept(bytes());
    }

    /// Drops everything of a revision.
    void forget(String revisionId) {
        blocks.entrySet()
                .removeIf(entry -> {
                    boolean gone = entry.getKey().revision().equals(revisionId);
                    if (gone) {
                        entry.getValue().kept().close();
                    }
                    return gone;
                });
        metrics.kept(bytes());
    }

    long bytes() {
        return blocks.size() * blockBytes;
    }

    private Key key(Revision revision, int[] prompt, int index, long parent) {
        int[] tokens = Arrays.copyOfRange(prompt, index * block, (index + 1) * block);
        return new Key(revision.id(), parent, IntBuffer.wrap(tokens));
    }

    private void use(List<Key> path) {
        for (Key key : path.reversed()) {
            blocks.get(key);
        }
    }

    private void makeRoom() {
        Iterator<Block> oldest = blocks.values().iterator();
        while (bytes() + blockBytes > limit) {
            oldest.next().kept().close();
            oldest.remove();
            metrics.evicted();
        }
    }

    @Override
    public void close() {
        blocks.values().forEach(each -> each.kept().close());
        blocks.clear();
        metrics.kept(0);
    }

    /// A block's tokens after the block with the number `parent`.
    private record Key(String revision, long parent, IntBuffer tokens) {}

    /// Numbers are never used again.
    private record Block(long number, Kept kept) {}
}
