package dev.stethos.lab.activations;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A site of one layer, counted from 0, written `resid_post.5`. Ordered as a token passes them.
public record Hookpoint(int layer, Site site) implements Comparable<Hookpoint> {
    private static final Pattern WRITTEN = Pattern.compile("([a-z_]+)\\.(\\d{1,4})");
    private static final Comparator<Hookpoint> ORDER =
            Comparator.comparingInt(Hookpoint::layer).thenComparing(Hookpoint::site);

    public Hookpoint {
        if (layer < 0) {
            throw new IllegalArgumentException("layer " + layer + ", allowed 0 or more");
        }
    }

    public static Hookpoint residual(int layer) {
        return new Hookpoint(layer, Site.RESID_POST);
    }

    /// Reads what [#toString] writes.
    public static Hookpoint parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        List<Site> sites = Arrays.asList(Site.values());
        if (matcher.matches()) {
            for (Site site : sites) {
                if (site.toString().equals(matcher.group(1))) {
                    return new Hookpoint(Integer.parseInt(matcher.group(2)), site);
                }
            }
        }
        throw new IllegalArgumentException(
                "hookpoint '%s', allowed is a site of %s, a dot and a layer, like resid_post.5"
                        .formatted(text, sites));
    }

    /// The name in transformers, like `model.layers.5.output`.
    public String module() {
        return "model.layers." + layer + "." + site.module();
    }

    /// The name in TransformerLens, like `blocks.5.hook_resid_post`.
    public String transformerLens() {
        return "blocks." + layer + "." + site.transformerLens();
    }

    /// The program's number for it.
    int code() {
        return Site.values().length * layer + site.place();
    }

    @Override
    public int compareTo(Hookpoint other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return site + "." + layer;
    }
}
