package dev.stethos.lab.metasae;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeRecipe;
import dev.stethos.lab.sae.SaeScore;
import dev.stethos.lab.sae.SaeTraining;
import dev.stethos.lab.sae.SaeTraining.Trained;
import dev.stethos.lab.sae.SplicedLoss;
import dev.stethos.lab.sae.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// An SAE trained alone against one trained jointly with a meta SAE: equal recipe, data and seed,
/// measured on rows and documents that neither was trained on. Deterministic.
public final class Comparison {
    private static final int CHUNK = 1_024;
    private static final int DECOMPOSITION_STEPS = 500;

    private final Hookpoint hookpoint;
    private final TokenRows training;
    private final TokenRows calibration;
    private final TokenRows test;
    private final ActivationCollector collector;
    private final Revision revision;
    private final List<Document> documents;

    /// Thresholds come from `calibration`, all measures from `test` and `documents`.
    public Comparison(
            Hookpoint hookpoint,
            TokenRows training,
            TokenRows calibration,
            TokenRows test,
            ActivationCollector collector,
            Revision revision,
            List<Document> documents) {
        this.hookpoint = hookpoint;
        this.training = training;
        this.calibration = calibration;
        this.test = test;
        this.collector = collector;
        this.revision = revision;
        this.documents = List.copyOf(documents);
    }

    /// One SAE's measures: mean |phi|, mean squared error, FVU, L0, dead latents, nats that it
    /// costs, and how much of its decoder's rows a fresh meta SAE explains (1 minus its FVU) and
    /// leaves (mean `exp(-|error|^2 / sigma^2)`).
    public record Measures(
            double phi,
            double error,
            double fvu,
            double l0,
            int dead,
            double overhead,
            double decomposed,
            double penalty) {}

    /// Both SAEs of one seed.
    public record Pair(long seed, Measures solo, Measures joint) {}

    /// One pair for each seed; `progress` hears of every training step.
    public List<Pair> run(JointRecipe recipe, List<Long> seeds, Consumer<StepReport> progress) {
        List<Pair> pairs = new ArrayList<>();
        for (long seed : seeds) {
            JointRecipe mine = recipe.withSeed(seed);
            Trained solo =
                    new SaeTraining(training, mine.primary(), null, 1, "")
                            .run("", hookpoint.toString(), progress);
            Trained joint =
                    new JointTraining(training, mine, null, 1, "")
                            .run("", hookpoint.toString(), progress)
                            .primary();
            pairs.add(new Pair(seed, measures(solo, mine), measures(joint, mine)));
        }
        return pairs;
    }

    private Measures measures(Trained trained, JointRecipe recipe) {
        try (Sae sae = trained.open();
                CoFiring firing = new CoFiring()) {
            SaeScore score = new SaeScore(sae);
            for (long begin = 0; begin < test.rows(); begin += CHUNK) {
                score.add(test.range(begin, Math.min(begin + CHUNK, test.rows())));
            }
            StepReport decomposition = decomposition(trained, recipe);
            return new Measures(
                    firing.meanAbsolutePhi(sae, recipe.primary().k(), calibration, test),
                    score.meanSquaredError(),
                    score.fvu(),
                    score.l0(),
                    score.dead(),
                    SplicedLoss.of(collector, revision, documents, hookpoint, sae).overhead(),
                    1 - decomposition.fvu(),
                    decomposition.penalty());
        }
    }

    /// What a meta SAE that is trained on the finished decoder alone makes of it.
    private StepReport decomposition(Trained trained, JointRecipe recipe) {
        int width = trained.spec().inputs();
        float[] decoder = trained.weights().decoder();
        TokenRows rows = TokenRows.of(List.of(new Activations(width, decoder)));
        SaeRecipe meta = recipe.metaAlone(DECOMPOSITION_STEPS, recipe.primary().seed() + 2);
        Trained found = new SaeTraining(rows, meta, null, 1, "").run("", "decoder", step -> {});
        try (Sae sae = found.open()) {
            Activations all = rows.range(0, rows.rows());
            SaeScore score = new SaeScore(sae);
            score.add(all);
            double penalty = penalty(all, sae.reconstruct(all), recipe.sigmaSquared());
            return new StepReport(
                    meta.steps(), 0, score.meanSquaredError(), score.fvu(), score.l0(), 0, penalty);
        }
    }

    private static double penalty(Activations rows, Activations made, double sigmaSquared) {
        double sum = 0;
        for (int row = 0; row < rows.rows(); row++) {
            double square = 0;
            for (int i = 0; i < rows.width(); i++) {
                double apart = rows.at(row, i) - made.at(row, i);
                square += apart * apart;
            }
            sum += Math.exp(-square / sigmaSquared);
        }
        return sum / rows.rows();
    }
}
