package dev.stethos.cli.lab;

import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.diagnosis.TaskRevisions;
import dev.stethos.lab.experiment.ArmOutcome;
import dev.stethos.lab.experiment.ArmPlan;
import dev.stethos.lab.experiment.Calibration;
import dev.stethos.lab.experiment.Experiment;
import dev.stethos.lab.experiment.PlannedArm;
import dev.stethos.lab.experiment.Ranking;
import dev.stethos.lab.experiment.Rankings;
import dev.stethos.lab.projection.DirectionsFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The arms of an experiment: chosen on validation items where there is a choice, then measured.
record ExperimentRun(
        Gemma3Model model,
        TaskRevisions revisions,
        ExperimentOptions options,
        @Nullable Path answers,
        PrintWriter err) {

    /// What was measured, and what was chosen before.
    ///
    /// @param learned names of the arms whose layers an autoencoder's score chose; the chosen score
    ///   first
    record Result(
            List<String> learned, List<ArmOutcome> outcomes, @Nullable Calibration calibration) {}

    Result run(Suite suite, @Nullable Path diagnosis, @Nullable Path directions) {
        List<Ranking> rankings =
                diagnosis == null ? List.of() : new ArrayList<>(Rankings.read(diagnosis));
        Calibration calibration = options.isOpen() ? calibrate(rankings) : null;
        int count = options.counts().getFirst();
        double scale = options.scales().getFirst();
        if (calibration != null) {
            Calibration.Tried best = calibration.best();
            count = best.layers().size();
            scale = best.scale();
            rankings.sort(
                    Comparator.comparing((Ranking one) -> !one.name().equals(best.ranking())));
        }
        ArmPlan plan = new ArmPlan(model.config().layers(), count, scale, options.seed());
        List<PlannedArm> arms = new ArrayList<>(plan.raw(rankings, options.randomSets()));
        if (directions != null) {
            List<Integer> chosen = rankings.isEmpty() ? List.of() : rankings.getFirst().top(count);
            arms.addAll(plan.projected(DirectionsFile.read(directions), options.ranks(), chosen));
        }
        List<MathProblem> problems = options.problems(suite);
        List<String> texts = options.documents(suite);
        say(
                "%d arms on %d items and %d documents each; fewer with --limit"
                        .formatted(arms.size(), problems.size(), texts.size()));
        List<String> learned = new ArrayList<>();
        for (Ranking ranking : rankings) {
            if (ranking.learned()) {
                learned.add(ArmPlan.nameOf(count, ranking));
            }
        }
        try (Experiment experiment =
                new Experiment(
                        model,
                        revisions,
                        suite,
                        problems,
                        texts,
                        options.targets(),
                        answers,
                        options.seed())) {
            return new Result(learned, experiment.run(arms, true, lines()), calibration);
        }
    }

    /// Which score, how many layers and which scale, on validation items.
    private Calibration calibrate(List<Ranking> rankings) {
        List<Ranking> learned = rankings.stream().filter(Ranking::learned).toList();
        if (learned.isEmpty()) {
            throw new IllegalArgumentException(
                    "--layers, --scales: several numbers were given, which needs --diagnosis");
        }
        String target = options.targets().getFirst();
        Suite suite = ExperimentOptions.validation();
        say("choosing score, number of layers and scale on validation items");
        try (Experiment experiment =
                new Experiment(
                        model,
                        revisions,
                        suite,
                        options.problems(suite, List.of(target)),
                        List.of(),
                        List.of(target),
                        answers,
                        options.seed())) {
            return Calibration.of(
                    experiment,
                    learned,
                    model.config().layers(),
                    options.counts(),
                    options.scales(),
                    target,
                    lines());
        }
    }

    private Experiment.Watcher lines() {
        return new ArmLines(err);
    }

    private void say(String what) {
        err.println(what);
        err.flush();
    }
}
