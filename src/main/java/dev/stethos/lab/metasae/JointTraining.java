package dev.stethos.lab.metasae;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.sae.RowDraw;
import dev.stethos.lab.sae.SaeRecipe;
import dev.stethos.lab.sae.SaeTraining.Trained;
import dev.stethos.lab.sae.StepReport;
import dev.stethos.lab.sae.TrainingCheckpoint;
import dev.stethos.lab.sae.TrainingProgram;
import dev.stethos.lab.sae.TrainingProgram.Penalty;
import dev.stethos.lab.sae.TrainingState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Trains an SAE and a meta SAE in turns. The primary SAE sees the same batches as one that is
/// trained alone with the same recipe. Resumable at the end of a turn.
public final class JointTraining {
    private static final String PRIMARY = "primary";
    private static final String META = "meta";

    private final TokenRows rows;
    private final JointRecipe recipe;
    private final @Nullable Path checkpoint;
    private final int interval;
    private final String identity;

    /// @param checkpoint where the run is kept between turns, or null
    /// @param interval primary steps between two checkpoints, about
    public JointTraining(
            TokenRows rows,
            JointRecipe recipe,
            @Nullable Path checkpoint,
            int interval,
            String source) {
        this.rows = rows;
        this.recipe = recipe;
        this.checkpoint = checkpoint;
        this.interval = interval;
        identity = source + " " + recipe;
    }

    /// Both trained SAEs; the meta SAE's rows are the primary's decoder.
    public record Joint(Trained primary, Trained meta) {}

    /// `listener` hears of every primary step.
    public Joint run(String model, String hook, Consumer<StepReport> listener) {
        SaeRecipe primary = recipe.primary();
        TrainingCheckpoint saved = saved();
        try (TrainingProgram program = new TrainingProgram();
                TrainingState state =
                        saved == null
                                ? TrainingState.fresh(primary, rows.width())
                                : state(saved, PRIMARY);
                TrainingState meta =
                        saved == null
                                ? TrainingState.fresh(recipe.meta(), rows.width())
                                : state(saved, META)) {
            Turns turns = new Turns(program, state, meta, saved == null ? 0 : saved.step());
            turns.run(listener);
            return new Joint(
                    new Trained(
                            primary.spec(rows.width(), model, hook),
                            state.trainedWeights(),
                            turns.last),
                    new Trained(
                            recipe.meta().spec(rows.width(), model, hook + " decoder"),
                            meta.trainedWeights(),
                            turns.lastMeta));
        }
    }

    private @Nullable TrainingCheckpoint saved() {
        Map<String, SaeRecipe> recipes = new LinkedHashMap<>();
        recipes.put(PRIMARY, recipe.primary());
        recipes.put(META, recipe.meta());
        return checkpoint == null
                ? null
                : TrainingCheckpoint.read(checkpoint, identity, rows.width(), recipes);
    }

    private static TrainingState state(TrainingCheckpoint saved, String name) {
        return Objects.requireNonNull(saved.states().get(name));
    }

    /// The alternation, from a number of primary steps on.
    private final class Turns {
        private final TrainingProgram program;
        private final TrainingState state;
        private final TrainingState meta;
        private final Penalty penalty;
        private int done;
        private StepReport last = new StepReport(0, 0, 0, 0, 0, 0, 0);
        private StepReport lastMeta = last;

        Turns(TrainingProgram program, TrainingState state, TrainingState meta, int done) {
            this.program = program;
            this.state = state;
            this.meta = meta;
            this.done = done;
            penalty = new Penalty(meta, recipe.weight(), recipe.sigmaSquared());
        }

        void run(Consumer<StepReport> listener) {
            SaeRecipe primary = recipe.primary();
            RowDraw draw = new RowDraw(rows, primary.batch(), primary.seed());
            while (done < primary.steps()) {
                int before = done;
                int end = Math.min(done + recipe.primarySteps(), primary.steps());
                while (done < end) {
                    last = program.step(state, done, draw.batch(done), penalty);
                    done++;
                    listener.accept(last);
                }
                int turn = before / recipe.primarySteps();
                Activations decoder = new Activations(rows.width(), state.decoder());
                for (int step = 0; step < recipe.metaSteps(); step++) {
                    int number = turn * recipe.metaSteps() + step;
                    lastMeta = program.step(meta, number, decoder, null);
                }
                save(before);
            }
        }

        private void save(int before) {
            Path file = checkpoint;
            boolean due = before / interval != done / interval || done == recipe.primary().steps();
            if (file != null && due) {
                Map<String, TrainingState> states = new LinkedHashMap<>();
                states.put(PRIMARY, state);
                states.put(META, meta);
                TrainingCheckpoint.write(file, identity, done, states);
            }
        }
    }
}
