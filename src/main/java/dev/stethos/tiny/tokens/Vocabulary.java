package dev.stethos.tiny.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Token ids in Gemma's layout: control tokens where Gemma has them, one token for every byte,
/// every printable ASCII character, then the merges.
public final class Vocabulary {
    public static final int PAD = 0;
    public static final int EOS = 1;
    public static final int BOS = 2;
    public static final int UNKNOWN = 3;
    public static final int MASK = 4;
    public static final int START_OF_TURN = 105;
    public static final int END_OF_TURN = 106;

    private static final int BYTES = 256;
    private static final List<String> CHARACTERS = characters();
    private static final Map<Integer, String> CONTROLS =
            Map.of(
                    PAD, "<pad>",
                    EOS, "<eos>",
                    BOS, "<bos>",
                    UNKNOWN, "<unk>",
                    MASK, "<mask>",
                    START_OF_TURN, "<start_of_turn>",
                    END_OF_TURN, "<end_of_turn>");

    private final List<Merge> merges;
    private final Map<String, Integer> ids = new LinkedHashMap<>();

    Vocabulary(List<Merge> merges) {
        this.merges = List.copyOf(merges);
        List<String> ordinary = new ArrayList<>(CHARACTERS);
        merges.forEach(merge -> ordinary.add(merge.joined()));
        int early = END_OF_TURN + 1 - CONTROLS.size();
        if (ordinary.size() < early) {
            throw new IllegalArgumentException(
                    "%d merges, allowed %d or more: ids below %d would stay empty"
                            .formatted(merges.size(), early - CHARACTERS.size(), END_OF_TURN));
        }
        int next = 0;
        for (int id = 0; id <= END_OF_TURN; id++) {
            String control = CONTROLS.get(id);
            ids.put(control != null ? control : ordinary.get(next++), id);
        }
        for (int b = 0; b < BYTES; b++) {
            ids.put(byteToken(b), ids.size());
        }
        while (next < ordinary.size()) {
            ids.putIfAbsent(ordinary.get(next++), ids.size());
        }
    }

    static int sizeWithoutMerges() {
        return CONTROLS.size() + BYTES + CHARACTERS.size();
    }

    public int size() {
        return ids.size();
    }

    /// Spelling to id, in id order.
    public Map<String, Integer> ids() {
        return Collections.unmodifiableMap(ids);
    }

    /// Ids of the control tokens and their spellings.
    static Map<Integer, String> controls() {
        return CONTROLS;
    }

    List<Merge> merges() {
        return merges;
    }

    private static String byteToken(int value) {
        return String.format(Locale.ROOT, "<0x%02X>", value);
    }

    private static List<String> characters() {
        String[] printable = new String[127 - 33];
        Arrays.setAll(printable, i -> Character.toString(33 + i));
        List<String> all = new ArrayList<>(List.of("\n", WordSplitter.BLANK));
        all.addAll(Arrays.asList(printable));
        return all;
    }
}
