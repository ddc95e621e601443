package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.gemma.text.TestTokenizer;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model folder with random weights, for tests of what runs models: it answers nothing of sense,
/// but always the same.
public final class RandomModel {
    private static final Gemma3Config CONFIG =
            new Gemma3Config(
                    3,
                    16,
                    32,
                    4,
                    2,
                    8,
                    TestTokenizer.size(),
                    256,
                    8,
                    List.of(false, true, false),
                    1e6,
                    1e4,
                    1,
                    8,
                    1e-6,
                    true);

    private RandomModel() {}

    public static Gemma3Model load(Path folder) {
        return Gemma3Model.load(write(folder, 1), folder.resolve("cache"), ComputeType.AUTO);
    }

    /// The model's files, the weights in so many shards.
    public static Path write(Path folder, int shards) {
        RandomCheckpoint.of(CONFIG, "model.", shards, DType.F32).write(folder);
        try {
            Files.copy(
                    Path.of("src/test/resources/gemma/chat_template.jinja"),
                    folder.resolve("chat_template.jinja"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return folder;
    }
}
