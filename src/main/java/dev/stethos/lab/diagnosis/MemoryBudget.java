package dev.stethos.lab.diagnosis;

import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.PassCost;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory a diagnosis may take beside the model's weights, in bytes; autoencoders count,
/// mapped or not. It decides how many layers go through the model together and nothing else.
public record MemoryBudget(long bytes) {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,6})(MB|GB)");
    private static final long MEGABYTE = 1_000_000;
    private static final long GIGABYTE = 1_000 * MEGABYTE;

    /// The virtual machine and the engine, before they do anything.
    private static final long ENGINE = 400 * MEGABYTE;

    /// Copies of a document's latents that encoding it holds.
    private static final int LATENTS = 8;

    /// A latent that fired in a document: its number, sum and count, unedited and changed.
    private static final int FIRED = 2 * 12;

    /// Different latents that a token adds to those of its document.
    private static final int PER_TOKEN = 64;

    /// Reads `4GB` or `1500MB`.
    public static MemoryBudget parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "memory '%s', allowed is a number and MB or GB, like 4GB".formatted(text));
        }
        long unit = matcher.group(2).equals("GB") ? GIGABYTE : MEGABYTE;
        return new MemoryBudget(Long.parseLong(matcher.group(1)) * unit);
    }

    /// How many layers fit at a time. A budget that is too small for one is an
    /// [IllegalArgumentException] that says what one takes.
    public int layersTogether(
            PassCost pass, List<Document> documents, Collection<? extends LatentEncoder> encoders) {
        long weights = encoders.stream().mapToLong(LatentEncoder::bytes).max().orElse(0);
        long width = encoders.stream().mapToLong(LatentEncoder::width).max().orElse(0);
        long longest = 0;
        long fired = 0;
        for (Document document : documents) {
            long tokens = document.tokens().length;
            longest = Math.max(longest, tokens);
            fired += Math.min(width, PER_TOKEN * tokens);
        }
        long fixed = ENGINE + pass.running() + Float.BYTES * LATENTS * longest * width;
        long layer = weights + pass.rows() + FIRED * fired;
        if (fixed + layer > bytes) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "memory of %d MB, one layer at a time takes about %d MB; allowed is that or more, or fewer or shorter documents",
                            bytes / MEGABYTE,
                            (fixed + layer) / MEGABYTE + 1));
        }
        return (int) Math.min(encoders.size(), (bytes - fixed) / layer);
    }
}
