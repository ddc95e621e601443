package dev.stethos.tiny;

import dev.stethos.gemma.GemmaTokenizer;
import dev.stethos.tiny.tokens.Vocabulary;
import dev.stethos.tiny.training.Architecture;
import dev.stethos.tiny.training.GreedyDecoder;
import dev.stethos.tiny.training.Schedule;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.TrainingRun;
import dev.stethos.tiny.training.Weights;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the embedded model from a seed: vocabulary, base, tuned model, choice of layers, test
/// figures and every file that ships. Stopped runs go on from the work folder's checkpoints; the
/// outcome depends on seed, recipe and thread count alone.
public final class TinyTraining {
    private static final int BASE_STREAM = 1;
    private static final int PROBE_STREAM = 2;
    private static final int TUNED_STREAM = 3;
    private static final int CHECKPOINT_INTERVAL = 100;
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

    private TinyResult run() {
        TorchRuntime.get().useThreads(options.threads());
        Recipe recipe = options.recipe();
        Vocabulary vocabulary = Corpora.vocabulary(recipe, options.seed());
        Architecture architecture = recipe.architecture(vocabulary.size());
        Map<String, byte[]> files = ModelFiles.of(architecture, vocabulary);
        try (GemmaTokenizer tokenizer = GemmaTokenizer.open(writeToWork(files));
                TrainerProgram program = new TrainerProgram(architecture)) {
            ChatSequences sequences = new ChatSequences(tokenizer);
            HeldOut heldOut = HeldOut.draw(recipe, options.seed());
            try (Weights base = base(program, sequences);
                    Weights probe = probe(program, sequences, base)) {
                LayerSelection selection =
                        new LayerSelection(program, base, heldOut.validation(), sequences);
                List<LayerSelection.Step> steps = selection.choose(probe, MOST_LAYERS, progress);
                TinyResult result =
                        focus(program, sequences, base, probe, selection, steps, heldOut, files);
                return result;
            }
        }
    }

    /// The trained base as it ships: rounded to BF16.
    private Weights base(TrainerProgram program, ChatSequences sequences) {
        Recipe recipe = options.recipe();
        try (Weights start = Weights.initial(program.architecture(), options.seed());
                Weights trained =
                        train(
                                "base",
                                program,
                                new TrainingMix(
                                        options.seed(),
                                        BASE_STREAM,
                                        recipe.baseNumberTheory(),
                                        recipe.control(),
                                        sequences),
                                recipe.base(),
                                start,
                                start.tensors().size(),
                                null)) {
            return program.rounded(trained);
        }
    }

    /// The base trained further in every layer, embedding and final norm frozen: its task vector
    /// says which layers matter.
    private Weights probe(TrainerProgram program, ChatSequences sequences, Weights base) {
        return further("probe", program, sequences, PROBE_STREAM, base, null);
    }

    private TinyResult focus(
            TrainerProgram program,
            ChatSequences sequences,
            Weights base,
            Weights probe,
            LayerSelection selection,
            List<LayerSelection.Step> steps,
            HeldOut heldOut,
            Map<String, byte[]> files) {
        List<Integer> layers = steps.stream().map(LayerSelection.Step::layer).sorted().toList();
        try (Weights trained =
                        further(
                                "tuned",
                                program,
                                sequences,
                                TUNED_STREAM,
                                probe,
                                new TrainingRun.Focus(layers, base));
                Weights tuned = program.rounded(trained)) {
            TinyResult result = compare(program, sequences, base, tuned, selection, steps, heldOut);
            new Publication(options, files).write(base, tuned, result);
            return result;
        }
    }

    private Weights further(
            String name,
            TrainerProgram program,
            ChatSequences sequences,
            int stream,
            Weights start,
            TrainingRun.@Nullable Focus focus) {
        Recipe recipe = options.recipe();
        TrainingMix mix =
                new TrainingMix(
                        options.seed(),
                        stream,
                        recipe.tunedNumberTheory(),
                        recipe.control(),
                        sequences);
        Schedule schedule = focus == null ? recipe.probe() : recipe.tuned();
        return train(
                name,
                program,
                mix,
                schedule,
                start,
                program.architecture().weightsInLayers(),
                focus);
    }

    private Weights train(
            String name,
            TrainerProgram program,
            TrainingMix mix,
            Schedule schedule,
            Weights start,
            int trained,
            TrainingRun.@Nullable Focus focus) {
        TrainingRun run = new TrainingRun(program, mix, schedule, trained, focus);
        progress.begin("Training " + name, schedule.steps());
        double[] smooth = {Double.NaN};
        Weights weights =
                run.run(
                        start,
                        options.work().resolve(name + ".checkpoint"),
                        name
                                + ", "
                                + mix.identity()
                                + ", "
                                + program.architecture()
                                + ", "
                                + schedule
                                + ", threads "
                                + options.threads()
                                + (focus == null ? "" : ", focus " + focus.layers()),
                        CHECKPOINT_INTERVAL,
                        (step, loss) -> {
                            smooth[0] =
                                    Double.isNaN(smooth[0]) ? loss : 0.98 * smooth[0] + 0.02 * loss;
                            progress.advance(step, "loss %.3f".formatted(smooth[0]));
                        });
        progress.end();
        return weights;
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
