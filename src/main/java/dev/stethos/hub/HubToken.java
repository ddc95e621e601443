package dev.stethos.hub;

import java.util.regex.Pattern;

/// An access token of the hub. Its text form hides it.
public record HubToken(String value) {
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,1000}");

    public HubToken {
        if (!VISIBLE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "HF_TOKEN: it holds blanks or characters that no token has, allowed is what https://huggingface.co/settings/tokens shows");
        }
    }

    @Override
    public String toString() {
        return "(hidden)";
    }
}
