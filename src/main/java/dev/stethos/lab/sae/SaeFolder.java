package dev.stethos.lab.sae;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/// Opens a folder that holds a published or trained SAE, whichever format it has: Gemma Scope 2,
/// SAELens or sparsify.
public final class SaeFolder {
    private SaeFolder() {}

    /// The caller closes the result. A folder that is refused is an [InvalidSaeException], or for
    /// the tensors' file itself an exception of the weights package.
    public static Sae open(Path folder) {
        return as(folder, GemmaScope::read, SaeLens::read, Sparsify::read);
    }

    /// What the SAE computes, without reading its numbers; refused as by [#open].
    public static SaeSpec spec(Path folder) {
        return as(folder, GemmaScope::spec, SaeLens::spec, Sparsify::spec);
    }

    private static <T> T as(
            Path folder,
            Function<Path, T> gemmaScope,
            Function<Path, T> saeLens,
            Function<Path, T> sparsify) {
        try {
            if (Files.exists(folder.resolve(GemmaScope.TENSORS))) {
                return gemmaScope.apply(folder);
            }
            if (Files.exists(folder.resolve(SaeLens.TENSORS))) {
                return saeLens.apply(folder);
            }
            if (Files.exists(folder.resolve(Sparsify.TENSORS))) {
                return sparsify.apply(folder);
            }
        } catch (InvalidSaeException e) {
            throw new InvalidSaeException(
                    "SAE %s: %s".formatted(folder.getFileName(), e.getMessage()), e);
        }
        throw new InvalidSaeException(
                "SAE %s: allowed is a folder with %s, %s or %s"
                        .formatted(
                                folder.getFileName(),
                                GemmaScope.TENSORS,
                                SaeLens.TENSORS,
                                Sparsify.TENSORS));
    }
}
