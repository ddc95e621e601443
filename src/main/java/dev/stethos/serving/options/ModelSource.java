package dev.stethos.serving.options;

import dev.stethos.hub.HubSettings;
import dev.stethos.hub.ModelHub;
import dev.stethos.hub.ModelReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Finds the checkpoint folder that a `--model` value names. The embedded model is unpacked from
/// the jar into the cache once per content, because weights are mapped from files; the hub's are
/// downloaded into it.
public final class ModelSource {
    /// The `--model` value of the model inside the jar.
    public static final String EMBEDDED = "embedded";

    /// The name under which the embedded model is served.
    static final String EMBEDDED_NAME = "tiny-gemma-3";

    private static final String ALLOWED =
            "'embedded', hf://owner/name[@revision] or a checkpoint folder";
    private static final String RESOURCES = "tiny/base/";
    private static final List<String> FILES =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "chat_template.jinja",
                    "model.safetensors");

    private ModelSource() {}

    /// The folder that `model` names, in `cache` when it is the embedded one or the hub's.
    /// `progress` hears of a download.
    public static Path folder(String model, Path cache, Consumer<String> progress) {
        return folder(
                model,
                cache,
                progress,
                () -> HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home"))));
    }

    static Path folder(
            String model, Path cache, Consumer<String> progress, Supplier<HubSettings> hub) {
        if (model.equals(EMBEDDED)) {
            return unpack(cache);
        }
        if (ModelReference.isReference(model)) {
            ModelReference reference = ModelReference.parse(model);
            return new ModelHub(hub.get(), cache, progress).folder(reference);
        }
        if (model.contains("://")) {
            throw new IllegalArgumentException(
                    "model: '%s' was given, allowed is %s".formatted(model, ALLOWED));
        }
        Path folder = Path.of(model);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "model: '%s' is not a folder, allowed is %s".formatted(model, ALLOWED));
        }
        return folder;
    }

    /// The name of the model that `model` names: the embedded one's, or its folder's.
    public static String name(String model) {
        if (model.equals(EMBEDDED)) {
            return EMBEDDED_NAME;
        }
        if (ModelReference.isReference(model)) {
            return ModelReference.parse(model).name();
        }
        Path last = Path.of(model).toAbsolutePath().normalize().getFileName();
        String name = last == null ? "model" : last.toString().replaceAll("[^A-Za-z0-9._-]", "-");
        return name.replaceFirst("^[^A-Za-z0-9]+", "");
    }

    private static Path unpack(Path cache) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : FILES) {
                digest.update(file.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes(file));
            }
            String content = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
            Path folder = cache.resolve("embedded-" + content);
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(cache);
                Path fresh = Files.createTempDirectory(cache, "embedded-unpack");
                for (String file : FILES) {
                    Files.write(fresh.resolve(file), bytes(file));
                }
                publish(fresh, folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the embedded model", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Another process may unpack the same content at the same time; either copy serves.
    private static void publish(Path fresh, Path folder) throws IOException {
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            for (String file : FILES) {
                Files.deleteIfExists(fresh.resolve(file));
            }
            Files.deleteIfExists(fresh);
        }
    }

    private static byte[] bytes(String file) throws IOException {
        String resource = RESOURCES + file;
        try (InputStream in = ModelSource.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("class path resource " + resource + " is missing");
            }
            return in.readAllBytes();
        }
    }
}
