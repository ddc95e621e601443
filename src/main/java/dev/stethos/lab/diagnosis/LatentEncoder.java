package dev.stethos.lab.diagnosis;

import dev.stethos.lab.activations.Activations;

/// One layer's sparse autoencoder as a diagnosis needs it: it listens to the residual stream behind
/// its layer. Closing it frees its weights; it may be used again, which reads them anew.
public interface LatentEncoder extends AutoCloseable {
    int layer();

    /// Number of latents.
    int width();

    /// What its weights take while it is used, in memory or as pages of a mapped file.
    long bytes();

    /// Activations of all latents, a row of `width` for each token.
    float[] encode(Activations residual);

    /// A latent's decoder row.
    float[] direction(int latent);

    @Override
    void close();
}
