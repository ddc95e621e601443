package dev.stethos.tiny;

import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.tiny.tokens.Vocabulary;
import dev.stethos.tiny.training.Architecture;
import dev.stethos.tiny.training.GreedyDecoder;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.Weights;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Makes the embedded model from a seed: vocabulary, base, tuned model, choice of layers, test
/// figures and every file that ships. Stopped runs go on from the work folder's checkpoints; the
/// outcome depends on seed, recipe and thread count alone.
public final class TinyTraining {
    private static final int NEW_TOKENS = 80;
    private static final int MOST_LAYERS = 4;
    private static final List<Double> SCALES = List.of(1.0, 1.5, 2.0);

    private final Options options;
    private final Progress progress;

    /// `work` holds checkpoints; `resources` and `profiles` receive what ships.
    public record Options(
            long seed, Recipe recipe, int threads, Path work, Path resources, Path profiles) {
        public Options {
            if (threads < 1) {
                throw new IllegalArgumentException("threads " + threads + ", allowed 1 or more");
            }
        }
    }

    private TinyTraining(Options options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /// Runs everything that the work folder does not already hold.
    public static TinyResult run(Options options, Progress progress) {
        return new TinyTraining(options, progress).run();
    }

    /// Writes the probe, the base trained further in every layer alike, as a checkpoint folder of
    /// its layers' weights; trains what the work folder does not already hold.
    public static void exportProbe(Options options, Path folder, Progress progress) {
        Path _ =
                new TinyTraining(options, progress)
                        .withStages((stages, program, _, files) -> {
                            try (Weights base = stages.base();
                                    Weights trained = stages.probe(base);
                                    Weights probe = program.rounded(trained)) {
                                Publication.writeLayers(folder, files, probe);
                                return folder;
                            }
                        });
    }

    private TinyResult run() {
        return withStages((stages, program, sequences, files) -> {
            HeldOut heldOut = HeldOut.draw(options.recipe(), options.seed());
            try (Weights base = stages.base();
                    Weights probe = stages.probe(base)) {
                LayerSelection selection =
                        new LayerSelection(program, base, heldOut.validation(), sequences);
                List<LayerSelection.Step> steps = selection.choose(probe, MOST_LAYERS, progress);
                List<Integer> layers =
                        steps.stream().map(LayerSelection.Step::layer).sorted().toList();
                try (Weights trained = stages.tuned(base, probe, layers);
                        Weights tuned = program.rounded(trained);
                        Weights rounded = program.rounded(probe)) {
                    TinyResult result =
                            compare(program, sequences, base, tuned, selection, steps, heldOut);
                    new Publication(options, files).write(base, rounded, tuned, result);
                    return result;
                }
            }
        });
    }

    /// Work with what every stage needs.
    private interface Work<T> {
        T with(
                Stages stages,
                TrainerProgram program,
                ChatSequences sequences,
                Map<String, byte[]> files);
    }

    private <T> T withStages(Work<T> work) {
        TorchRuntime.get().useThreads(options.threads());
        Recipe recipe = options.recipe();
        Vocabulary vocabulary = Corpora.vocabulary(recipe, options.seed());
        Architecture architecture = recipe.architecture(vocabulary.size());
        Map<String, byte[]> files = ModelFiles.of(architecture, vocabulary);
        try (GemmaTokenizer tokenizer = GemmaTokenizer.open(writeToWork(files));
                TrainerProgram program = new TrainerProgram(architecture)) {
            ChatSequences sequences = new ChatSequences(tokenizer);
            return work.with(
                    new Stages(options, program, sequences, progress), program, sequences, files);
        }
    }

    private TinyResult compare(
            TrainerProgram program,
            ChatSequences sequences,
            Weights base,
            Weights tuned,
            LayerSelection selection,
            List<LayerSelection.Step> steps,
            HeldOut heldOut) {
        List<Integer> layers = steps.stream().map(LayerSelection.Step::layer).sorted().toList();
        Judge judge =
                new Judge(
                        sequences, new GreedyDecoder(program, Vocabulary.END_OF_TURN, NEW_TOKENS));
        List<Double> drops = selection.singleDrops(tuned);
        Comparison comparison = new Comparison(program, judge, sequences, base, tuned, progress);
        progress.say("Validation items");
        progress.say(ResultTable.header());
        double scale = comparison.chooseScale(layers, SCALES, heldOut);
        progress.say("Test items");
        progress.say(ResultTable.header());
        List<Outcome> outcomes = comparison.test(layers, scale, drops, heldOut, options.seed());
        Outcome before = outcomes.getFirst();
        outcomes.forEach(outcome -> progress.say(ResultTable.paired(outcome, before)));
        return new TinyResult(
                steps,
                selection.crossEntropy(tuned, List.of()),
                selection.crossEntropy(tuned, layers),
                drops,
                scale,
                heldOut,
                outcomes);
    }

    private Path writeToWork(Map<String, byte[]> files) {
        Path folder = options.work().resolve("model");
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                AtomicFile.write(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }
}
