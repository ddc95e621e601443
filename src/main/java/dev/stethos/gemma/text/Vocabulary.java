package dev.stethos.gemma.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/// What every token id spells and which bytes it adds to a text. Ids that no token has are treated
/// as control tokens that spell nothing: a checkpoint's embedding may have more rows than its
/// tokenizer has tokens.
final class Vocabulary {
    /// Stands for a blank inside a token's spelling.
    static final String BLANK = "\u2581";

    private static final String BYTE_START = "<0x";
    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-F]{2})>");
    private static final byte[] NOTHING = {};

    private final String[] spellings;
    private final byte[][] bytes;
    private final BitSet control = new BitSet();
    private final Map<String, Integer> controls;

    /// `ids` holds every token; `controls` those of them that text from outside must never become.
    Vocabulary(Map<String, Integer> ids, Map<String, Integer> controls) {
        this.controls = Map.copyOf(controls);
        int size = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        spellings = new String[size];
        bytes = new byte[size][];
        Arrays.fill(spellings, "");
        Arrays.fill(bytes, NOTHING);
        control.set(0, size);
        for (Map.Entry<String, Integer> token : ids.entrySet()) {
            int id = token.getValue();
            boolean text = !controls.containsKey(token.getKey());
            spellings[id] = token.getKey();
            bytes[id] = text ? bytesOf(token.getKey()) : NOTHING;
            control.set(id, !text);
        }
    }

    static boolean isByteToken(String spelling) {
        return spelling.startsWith(BYTE_START) && BYTE.matcher(spelling).matches();
    }

    int size() {
        return spellings.length;
    }

    boolean isControl(int id) {
        return !known(id) || control.get(id);
    }

    String spelling(int id) {
        return known(id) ? spellings[id] : "";
    }

    /// Shared; not to be written to.
    byte[] bytes(int id) {
        return known(id) ? bytes[id] : NOTHING;
    }

    Map<String, Integer> controls() {
        return controls;
    }

    private boolean known(int id) {
        return id >= 0 && id < spellings.length;
    }

    private static byte[] bytesOf(String spelling) {
        if (isByteToken(spelling)) {
            int begin = BYTE_START.length();
            return new byte[] {(byte) HexFormat.fromHexDigits(spelling, begin, begin + 2)};
        }
        return spelling.replace(BLANK, " ").getBytes(StandardCharsets.UTF_8);
    }
}
