package dev.stethos.cli.lab.sae;

import dev.stethos.cli.options.LabCorpusOptions;
import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeFolder;
import dev.stethos.lab.sae.SaeScore;
import dev.stethos.lab.sae.SplicedLoss;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab sae eval`: what an SAE keeps of a model's activations and what that costs the
/// model.
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measure an SAE (Gemma Scope 2, SAELens or sparsify folder) on a corpus: FVU, L0,"
                        + " dead latents, and next-token loss with it spliced in and against zeros.")
final class LabSaeEvalCommand implements Callable<Integer> {
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

    @Override
    public Integer call() {
        Hookpoint hookpoint = Hookpoint.parse(at);
        try (Sae sae = SaeFolder.open(folder);
                Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened)) {
            List<Document> documents = corpus.documents(opened);
            SaeScore score = new SaeScore(sae);
            collector
                    .collect(opened.base(), documents, Set.of(hookpoint))
                    .forEachOrdered(found -> score.add(found.at(hookpoint)));
            SplicedLoss loss = SplicedLoss.of(collector, opened.base(), documents, hookpoint, sae);
            print(score, loss, sae.spec().latents());
        }
        return 0;
    }

    private void print(SaeScore score, SplicedLoss loss, int latents) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "tokens %d%nFVU %.4f%nL0 %.2f%ndead latents %d of %d%n",
                score.rows(),
                score.fvu(),
                score.l0(),
                score.dead(),
                latents);
        out.printf(
                Locale.ROOT,
                "loss %.4f nats, spliced in %.4f (%+.4f), zeros %.4f; recovered %.2f %%%n",
                loss.original(),
                loss.spliced(),
                loss.overhead(),
                loss.zeroed(),
                100 * loss.recovered());
    }
}
