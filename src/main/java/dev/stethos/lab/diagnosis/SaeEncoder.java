package dev.stethos.lab.diagnosis;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeFolder;
import dev.stethos.lab.sae.SaeSpec;
import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A published or trained SAE on disk as an encoder. Its weights are read when they are first
/// needed, and again after it was closed.
public final class SaeEncoder implements LatentEncoder {
    private static final Pattern HOOK =
            Pattern.compile(
                    "(?:(?:model\\.)?(?:language_model\\.)?layers\\.(\\d{1,4})(?:\\.output)?"
                            + "|blocks\\.(\\d{1,4})\\.hook_resid_post|resid_post\\.(\\d{1,4}))");
    private static final Pattern NAME =
            Pattern.compile("(?:.*[^a-z])?(?:layers?[._-]?|resid_post\\.)(\\d{1,4})(?:[^0-9].*)?");

    /// Texts that a published SAE fires on; no part of it.
    private static final String EXAMPLES = "examples.safetensors";

    private final Path folder;
    private final int layer;
    private final SaeSpec spec;
    private @Nullable Sae sae;

    private SaeEncoder(Path folder, int layer, SaeSpec spec) {
        this.folder = folder;
        this.layer = layer;
        this.spec = spec;
    }

    /// The SAEs of the residual stream in the folders of `folder`, by layer; the hook in their
    /// configuration says which, or else the folder's name. Two of one layer are refused.
    public static SortedMap<Integer, SaeEncoder> all(Path folder) {
        return all(folder, "*");
    }

    /// Only those in folders whose names match `glob`.
    public static SortedMap<Integer, SaeEncoder> all(Path folder, String glob) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        SortedMap<Integer, SaeEncoder> encoders = new TreeMap<>();
        for (Path one : folders(folder)) {
            if (!matcher.matches(Path.of(String.valueOf(one.getFileName())))) {
                continue;
            }
            SaeEncoder encoder = of(one);
            SaeEncoder other = encoders.put(encoder.layer, encoder);
            if (other != null) {
                throw new IllegalArgumentException(
                        "SAEs %s and %s are both of layer %d, allowed is one a layer; --match chooses"
                                .formatted(
                                        other.folder.getFileName(),
                                        one.getFileName(),
                                        encoder.layer));
            }
        }
        if (encoders.isEmpty()) {
            throw new IllegalArgumentException(
                    "SAEs: folder '%s' holds none named %s, allowed are folders with one SAE each"
                            .formatted(folder, glob));
        }
        return encoders;
    }

    private static SaeEncoder of(Path folder) {
        SaeSpec spec = SaeFolder.spec(folder);
        String hook = spec.hook();
        String name = String.valueOf(folder.getFileName());
        Matcher matcher = hook == null || hook.isEmpty() ? NAME.matcher(name) : HOOK.matcher(hook);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "SAE %s, hook '%s': allowed is the residual stream after a layer"
                            .formatted(name, hook));
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return new SaeEncoder(folder, Integer.parseInt(matcher.group(group)), spec);
            }
        }
        throw new AssertionError(name);
    }

    private static List<Path> folders(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "SAEs: '%s' is not a folder, allowed is a folder of SAE folders"
                            .formatted(folder));
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(SaeEncoder::holdsTensors).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holdsTensors(Path folder) {
        return Files.isDirectory(folder) && !tensors(folder).isEmpty();
    }

    private static List<Path> tensors(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .filter(file -> !file.endsWith(EXAMPLES))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folder's name.
    public String name() {
        return String.valueOf(folder.getFileName());
    }

    /// A hash over the names and contents of the tensors' files.
    public String sha256() {
        StringBuilder content = new StringBuilder();
        for (Path file : tensors(folder)) {
            content.append(file.getFileName())
                    .append(' ')
                    .append(Fingerprint.ofFile(file))
                    .append('\n');
        }
        return Fingerprint.ofBytes(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Sae open() {
        Sae opened = sae;
        if (opened == null) {
            opened = SaeFolder.open(folder);
            sae = opened;
        }
        return opened;
    }

    @Override
    public int layer() {
        return layer;
    }

    @Override
    public int width() {
        return spec.latents();
    }

    @Override
    public long bytes() {
        long matrices = (long) spec.latents() * (spec.inputs() + spec.outputs());
        return Float.BYTES * matrices;
    }

    @Override
    public float[] encode(Activations residual) {
        return open().encode(residual).values();
    }

    @Override
    public float[] direction(int latent) {
        return open().direction(latent);
    }

    @Override
    public void close() {
        Sae opened = sae;
        if (opened != null) {
            sae = null;
            opened.close();
        }
    }
}
