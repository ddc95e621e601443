package dev.stethos.cli.options;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.Corpus;
import dev.stethos.lab.activations.Document;
import dev.stethos.weights.Fingerprint;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// The options that say which documents a lab command runs.
public final class LabCorpusOptions {
    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            required = true,
            description =
                    "A document a line: plain text, or in a .jsonl file an object with text, or"
                            + " with problem and solution.")
    private Path corpus = Path.of("corpus.txt");

    @Option(
            names = "--context",
            paramLabel = "N",
            defaultValue = "1024",
            description =
                    "Longer documents are cut into pieces of N tokens, or of the model's context if"
                            + " that is shorter. Default: ${DEFAULT-VALUE}")
    private int context = 1024;

    /// A corpus with the default context.
    public static LabCorpusOptions of(Path file) {
        LabCorpusOptions options = new LabCorpusOptions();
        options.corpus = file;
        return options;
    }

    public String name() {
        return String.valueOf(corpus.getFileName());
    }

    public String sha256() {
        return Fingerprint.ofFile(corpus);
    }

    public int context(Gemma3Model model) {
        return Math.min(context, model.config().maxPositions());
    }

    public List<Document> documents(Gemma3Model model) {
        return new Corpus(model, context(model)).documents(corpus);
    }
}
