package dev.stethos.cli.lab;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.DeltaTypeConverter;
import dev.stethos.cli.options.LabCorpusOptions;
import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.ActivationManifest;
import dev.stethos.lab.activations.ActivationWriter;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.activations.Site;
import dev.stethos.weights.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab activations`: a corpus' activations as safetensors shards.
@Command(
        name = "activations",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write what a model computes on a corpus: safetensors shards and a manifest.",
            "BOS, other control tokens and chat markers are left out. A stopped run goes on where"
                    + " it was."
        })
final class LabActivationsCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private LabModelOptions model = new LabModelOptions();
    @Mixin private LabCorpusOptions corpus = new LabCorpusOptions();

    /// Sites, or hookpoints of one layer.
    @Option(
            names = "--at",
            paramLabel = "SITE[.LAYER]",
            split = ",",
            defaultValue = "resid_post",
            description =
                    "What to write: resid_post, mlp_out or attn_out of every layer, or of one, like"
                            + " mlp_out.5. Default: ${DEFAULT-VALUE}")
    private List<String> at = new ArrayList<>();

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "The folder of the shards; it may hold a stopped run's.")
    private Path output = Path.of("activations");

    @Option(
            names = "--dtype",
            paramLabel = "f32|bf16",
            converter = DeltaTypeConverter.class,
            defaultValue = "f32",
            description = "What the activations are kept as. Default: ${DEFAULT-VALUE}")
    private DType dtype = DType.F32;

    @Option(
            names = "--shard-mib",
            paramLabel = "N",
            defaultValue = "256",
            description = "About how large a shard may get. Default: ${DEFAULT-VALUE}")
    private int shardMib = 256;

    @Override
    public Integer call() {
        try (Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened);
                Bars bars = new Bars()) {
            List<Document> documents = corpus.documents(opened);
            ActivationWriter.Source source =
                    new ActivationWriter.Source(
                            model.name(),
                            opened.base(),
                            corpus.name(),
                            corpus.sha256(),
                            corpus.context(opened));
            bars.begin("tokens", documents.stream().mapToLong(d -> d.kept().length).sum());
            ActivationManifest manifest =
                    new ActivationWriter(collector, opened.config(), source, shardMib * MEBIBYTE)
                            .write(
                                    output,
                                    documents,
                                    hookpoints(opened.config().layers()),
                                    dtype,
                                    bars::advance);
            bars.close();
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%d tokens of %d documents at %d hookpoints in %d shards%n",
                            manifest.tokens(),
                            manifest.documents(),
                            manifest.hookpoints().size(),
                            manifest.shardCount());
        }
        return 0;
    }

    private SortedSet<Hookpoint> hookpoints(int layers) {
        SortedSet<Hookpoint> all = new TreeSet<>();
        for (String text : at) {
            boolean every = false;
            for (Site site : Site.values()) {
                if (site.toString().equals(text)) {
                    every = true;
                    for (int layer = 0; layer < layers; layer++) {
                        all.add(new Hookpoint(layer, site));
                    }
                }
            }
            if (!every) {
                all.add(Hookpoint.parse(text));
            }
        }
        return all;
    }
}
