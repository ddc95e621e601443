package dev.stethos.security;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key that was just made: the text for its holder, which nothing keeps, and the line for the
/// keys file.
public record NewKey(String text, String line) {
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    public static NewKey make(
            String name, Set<Role> roles, KeyLimits limits, @Nullable Instant expires) {
        SecureRandom random = new SecureRandom();
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        KeyText text =
                new KeyText(
                        HexFormat.of().formatHex(id),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        ApiKey key =
                new ApiKey(
                        name, text.id(), KeyHash.of(text.secret(), random), roles, limits, expires);
        return new NewKey(text.written(), key.line());
    }

    @Override
    public String toString() {
        return line;
    }
}
