/// The stethoscope: how specific each layer is to mathematics, by the latents of its sparse
/// autoencoder, with what chance and simpler measures say beside it. Start at [LatentStatistics]
/// and [Specificity]. It knows nothing about profiles on disk.
@NullMarked
package dev.stethos.lab.diagnosis;

import org.jspecify.annotations.NullMarked;
