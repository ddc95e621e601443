package dev.stethos.tiny.problems;

import java.nio.charset.StandardCharsets;

/// Which part of the data an item belongs to. A hash of the item's key decides, so parts never
/// share an item, whatever seed drew it.
public enum Split {
    TRAIN,
    VALIDATION,
    TEST;

    private static final int TEST_PERCENT = 20;
    private static final int VALIDATION_PERCENT = 15;

    /// The part that owns a key.
    public static Split of(String key) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = Draw.mix(hash);
        long percent = Math.floorMod(hash, 100L);
        if (percent < TEST_PERCENT) {
            return TEST;
        }
        return percent < TEST_PERCENT + VALIDATION_PERCENT ? VALIDATION : TRAIN;
    }
}
