package dev.stethos.cli.lab.sae;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.cli.options.LabCorpusOptions;
import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.cli.options.ReportFile;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.explain.HttpJudge;
import dev.stethos.lab.explain.LatentActivity;
import dev.stethos.lab.explain.LatentScore;
import dev.stethos.lab.explain.LatentScoring;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeFolder;
import dev.stethos.stats.MeanInterval;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab sae explain`: how well a language model's explanations of latents foretell them.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Have a language model (any OpenAI-compatible API) explain latents of an SAE, and score the",
            "explanations on documents that they were not made from: fuzzing and detection."
        })
final class LabSaeExplainCommand implements Callable<Integer> {
    private static final double CONFIDENCE = 0.95;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--sae", paramLabel = "DIR", required = true, description = "The SAE's folder.")
    private Path folder = Path.of("sae");

    @Option(
            names = "--at",
            paramLabel = "SITE.LAYER",
            required = true,
            description = "The hookpoint, like resid_post.5.")
    private String at = "resid_post.0";

    @Mixin private LabModelOptions model = new LabModelOptions();
    @Mixin private LabCorpusOptions corpus = new LabCorpusOptions();

    @Option(
            names = "--judge",
            paramLabel = "URL",
            required = true,
            description = "The judge's API, like https://host/v1.")
    private String judge = "";

    @Option(
            names = "--judge-model",
            paramLabel = "NAME",
            required = true,
            description = "Its model.")
    private String judgeModel = "";

    @Option(
            names = "--judge-key-env",
            paramLabel = "VARIABLE",
            description = "The environment variable that holds its key.")
    private @Nullable String keyVariable;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            defaultValue = "8",
            description = "Questions under way at a time. Default: ${DEFAULT-VALUE}")
    private int atOnce = 8;

    @Option(
            names = "--latents",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many latents, drawn by the seed. Default: ${DEFAULT-VALUE}")
    private int latents = 20;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "50",
            description = "Contexts that an explanation is made from. Default: ${DEFAULT-VALUE}")
    private int examples = 50;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            defaultValue = "25",
            description =
                    "Contexts where the latent fires, and where it is silent, that score it. Default: ${DEFAULT-VALUE}")
    private int heldOut = 25;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides latents and silent contexts. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(names = "--output", paramLabel = "FILE", description = "Write the scores as JSON.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        ReportFile file = ReportFile.checked(output, "--output", spec);
        Hookpoint hookpoint = Hookpoint.parse(at);
        List<LatentScore> scores;
        try (HttpJudge asked = new HttpJudge(judge, judgeModel, key(), atOnce, PAUSE);
                Sae sae = SaeFolder.open(folder);
                Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened)) {
            LatentActivity activity =
                    LatentActivity.of(
                            collector,
                            opened.base(),
                            corpus.documents(opened),
                            hookpoint,
                            sae,
                            opened.tokenizer());
            scores = score(activity, new LatentScoring(activity, asked, examples, heldOut, seed));
        }
        print(scores);
        file.write(json(scores));
        return 0;
    }

    private @Nullable String key() {
        if (keyVariable == null) {
            return null;
        }
        String key = System.getenv(keyVariable);
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException(
                    "--judge-key-env: '%s' was given, allowed is a variable that is set"
                            .formatted(keyVariable));
        }
        return key;
    }

    private List<LatentScore> score(LatentActivity activity, LatentScoring scoring) {
        List<Integer> drawn = new ArrayList<>(activity.explainable(heldOut));
        if (drawn.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: no latent fires in %d held-out documents and is silent in as many; allowed are more documents or a smaller --held-out"
                            .formatted(corpus.name(), heldOut));
        }
        Collections.shuffle(drawn, new Random(seed));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%6s %8s %10s  explanation%n", "latent", "fuzzing", "detection");
        List<LatentScore> scores = new ArrayList<>();
        for (int latent : drawn.stream().limit(latents).sorted().toList()) {
            LatentScore score = scoring.score(latent);
            scores.add(score);
            out.printf(
                    Locale.ROOT,
                    "%6d %8.3f %10.3f  %s%n",
                    latent,
                    score.fuzzing(),
                    score.detection(),
                    score.explanation().replaceAll("\\s+", " "));
            out.flush();
        }
        return scores;
    }

    private void print(List<LatentScore> scores) {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        mean(out, "fuzzing", scores, LatentScore::fuzzing);
        mean(out, "detection", scores, LatentScore::detection);
        out.printf(
                "unclear answers %d%n%s%n",
                scores.stream().mapToInt(LatentScore::unclear).sum(), LatentScoring.definitions());
        out.flush();
    }

    private static void mean(
            PrintWriter out,
            String name,
            List<LatentScore> scores,
            ToDoubleFunction<LatentScore> of) {
        double[] values = scores.stream().mapToDouble(of).toArray();
        if (values.length < 2) {
            out.printf(Locale.ROOT, "mean %s %.3f%n", name, values[0]);
            return;
        }
        MeanInterval interval = MeanInterval.of(values, CONFIDENCE);
        out.printf(
                Locale.ROOT,
                "mean %s %.3f, 95 %% interval [%.3f, %.3f]%n",
                name,
                interval.mean(),
                interval.low(),
                interval.high());
    }

    private String json(List<LatentScore> scores) {
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(
                            Map.of(
                                    "definitions",
                                    LatentScoring.definitions().lines().toList(),
                                    "latents",
                                    scores));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("scores: " + e.getMessage(), e);
        }
    }
}
