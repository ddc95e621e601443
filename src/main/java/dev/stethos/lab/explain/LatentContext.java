package dev.stethos.lab.explain;

/// A text that ends at a token, and how strongly a latent fires there; 0 where it is silent.
public record LatentContext(String before, String token, double strength) {

    /// As it stands in a document.
    String plain() {
        return before + token;
    }

    /// With the last token between `<<` and `>>`.
    String marked() {
        return before + "<<" + token + ">>";
    }
}
