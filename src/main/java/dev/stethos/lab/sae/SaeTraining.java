package dev.stethos.lab.sae;

import dev.stethos.lab.activations.TokenRows;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Trains an SAE on activations. The recipe and the rows decide every byte of the result; a run
/// that was stopped and resumed ends with the same.
public final class SaeTraining {
    private static final String NAME = "sae";

    /// Steps between two checkpoints, unless it is said otherwise.
    public static final int CHECKPOINT_STEPS = 500;

    private final TokenRows rows;
    private final SaeRecipe recipe;
    private final @Nullable Path checkpoint;
    private final int interval;
    private final String identity;

    /// @param checkpoint where the run is kept between steps, or null
    /// @param interval steps between two checkpoints
    /// @param source what the rows are; a checkpoint of another source is refused
    public SaeTraining(
            TokenRows rows,
            SaeRecipe recipe,
            @Nullable Path checkpoint,
            int interval,
            String source) {
        this.rows = rows;
        this.recipe = recipe;
        this.checkpoint = checkpoint;
        this.interval = interval;
        identity = source + " " + recipe;
    }

    /// What a run gives: the SAE, and the last step's report.
    public record Trained(SaeSpec spec, SaeWeights weights, StepReport last) {
        /// The caller closes it.
        public Sae open() {
            return new Sae(spec, weights);
        }
    }

    /// `listener` hears of every step.
    public Trained run(String model, String hook, Consumer<StepReport> listener) {
        TrainingCheckpoint saved =
                checkpoint == null
                        ? null
                        : TrainingCheckpoint.read(
                                checkpoint, identity, rows.width(), Map.of(NAME, recipe));
        RowDraw draw = new RowDraw(rows, recipe.batch(), recipe.seed());
        try (TrainingProgram program = new TrainingProgram();
                TrainingState state =
                        saved == null
                                ? TrainingState.fresh(recipe, rows.width())
                                : saved.states().values().iterator().next()) {
            StepReport last = new StepReport(recipe.steps(), 0, 0, 0, 0, 0, 0);
            for (int step = saved == null ? 0 : saved.step(); step < recipe.steps(); step++) {
                last = program.step(state, step, draw.batch(step), null);
                listener.accept(last);
                boolean end = step + 1 == recipe.steps();
                if (checkpoint != null && (end || (step + 1) % interval == 0)) {
                    TrainingCheckpoint.write(checkpoint, identity, step + 1, Map.of(NAME, state));
                }
            }
            return new Trained(
                    recipe.spec(rows.width(), model, hook), state.trainedWeights(), last);
        }
    }
}
