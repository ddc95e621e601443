package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A model on the hub, written `hf://owner/name@revision`. The revision is a branch, a tag or a
/// commit; `main` when none is given.
public record ModelReference(String owner, String name, String revision) {
    private static final String SCHEME = "hf://";
    private static final String MAIN = "main";
    private static final int MAX_ID = 96;
    private static final Pattern PART =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?");
    private static final Pattern REVISION =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._/-]{0,198}[A-Za-z0-9_])?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHAPE = Pattern.compile("hf://([^/@]*)/([^/@]*)(?:@(.*))?");

    public ModelReference {
        if (!isPart(owner) || !isPart(name) || owner.length() + name.length() >= MAX_ID) {
            throw refused(
                    owner + "/" + name,
                    "an owner and a name of A-Z a-z 0-9 . _ -, together at most 96 long, none with -- or .., none that begins or ends with . or -");
        }
        if (!REVISION.matcher(revision).matches()
                || revision.contains("..")
                || revision.contains("//")) {
            throw refused(
                    revision,
                    "a branch, tag or commit of 1 to 200 of A-Z a-z 0-9 . _ / -, without .. or //");
        }
    }

    /// Whether a `--model` value means the hub.
    public static boolean isReference(String model) {
        return model.toLowerCase(Locale.ROOT).startsWith(SCHEME);
    }

    /// Reads `hf://owner/name` or `hf://owner/name@revision`.
    public static ModelReference parse(String model) {
        Matcher parts = SHAPE.matcher(model);
        if (!parts.matches()) {
            throw refused(model, "hf://owner/name or hf://owner/name@revision");
        }
        String revision = parts.group(3) == null ? MAIN : parts.group(3);
        return new ModelReference(parts.group(1), parts.group(2), revision);
    }

    /// Whether the revision can never mean anything else.
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    String id() {
        return owner + "/" + name;
    }

    @Override
    public String toString() {
        return SCHEME + id() + "@" + revision;
    }

    private static boolean isPart(String part) {
        return PART.matcher(part).matches() && !part.contains("--") && !part.contains("..");
    }

    private static IllegalArgumentException refused(String given, String allowed) {
        return new IllegalArgumentException(
                "model: '%s' was given, allowed is %s".formatted(shown(given), allowed));
    }
}
