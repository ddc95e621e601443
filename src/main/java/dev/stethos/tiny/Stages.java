package dev.stethos.tiny;

import dev.stethos.tiny.training.Schedule;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.TrainingRun;
import dev.stethos.tiny.training.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The three models, each trained further from the one before: base, probe, tuned. What the work
/// folder's checkpoints already hold is read from them. The caller owns the weights.
final class Stages {
    private static final int BASE_STREAM = 1;
    private static final int PROBE_STREAM = 2;
    private static final int TUNED_STREAM = 3;
    private static final int CHECKPOINT_INTERVAL = 100;

    private final TinyTraining.Options options;
    private final TrainerProgram program;
    private final ChatSequences sequences;
    private final Progress progress;

    Stages(
            TinyTraining.Options options,
            TrainerProgram program,
            ChatSequences sequences,
            Progress progress) {
        this.options = options;
        this.program = program;
        this.sequences = sequences;
        this.progress = progress;
    }

    /// The trained base as it ships: rounded to BF16.
    Weights base() {
        Recipe recipe = options.recipe();
        try (Weights start = Weights.initial(program.architecture(), options.seed());
                Weights trained =
                        train(
                                "base",
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
    Weights probe(Weights base) {
        return further("probe", PROBE_STREAM, base, null);
    }

    /// The probe trained further so that these layers learn to do without the others' changes.
    Weights tuned(Weights base, Weights probe, List<Integer> layers) {
        return further("tuned", TUNED_STREAM, probe, new TrainingRun.Focus(layers, base));
    }

    private Weights further(
            String name, int stream, Weights start, TrainingRun.@Nullable Focus focus) {
        Recipe recipe = options.recipe();
        TrainingMix mix =
                new TrainingMix(
                        options.seed(),
                        stream,
                        recipe.tunedNumberTheory(),
                        recipe.control(),
                        sequences);
        Schedule schedule = focus == null ? recipe.probe() : recipe.tuned();
        return train(name, mix, schedule, start, program.architecture().weightsInLayers(), focus);
    }

    private Weights train(
            String name,
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
}
