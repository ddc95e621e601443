package dev.stethos.gemma;

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
        RandomCheckpoint.of(CONFIG, "model.", 1, DType.F32).write(folder);
        try {
            Files.copy(
                    Path.of("src/test/resources/gemma/chat_template.jinja"),
                    folder.resolve("chat_template.jinja"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Gemma3Model.load(folder, folder.resolve("cache"), ComputeType.AUTO);
    }
}
