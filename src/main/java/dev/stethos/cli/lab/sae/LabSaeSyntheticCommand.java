package dev.stethos.cli.lab.sae;

import dev.stethos.cli.options.LabModelOptions;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.Hookpoint;
import dev.stethos.lab.synthetic.SyntheticScope;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab sae synthetic`: random SAEs of a model's residual stream in Gemma Scope 2's
/// folders. The same arguments give the same bytes.
@Command(
        name = "synthetic",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write random JumpReLU SAEs in Gemma Scope 2's folders and types, to try commands and",
            "measure memory without the published ones. Thresholds fit the model's own activations."
        })
final class LabSaeSyntheticCommand implements Callable<Integer> {
    private static final String TEXT =
            "The remainder of 38 divided by 7 is 3, because 38 = 7 * 5 + 3. Rain fell all night.";

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private LabModelOptions model = new LabModelOptions();

    @Option(
            names = "--layers",
            paramLabel = "N",
            split = ",",
            description = "Layers to write SAEs for. Default: every layer")
    private List<Integer> layers = List.of();

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "16384",
            description = "Latents. Default: ${DEFAULT-VALUE}")
    private int width = 16_384;

    @Option(
            names = "--l0",
            paramLabel = "N",
            defaultValue = "60",
            description = "Latents that fire on a token, about. Default: ${DEFAULT-VALUE}")
    private int l0 = 60;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides the numbers. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "Gets the folders resid_post/layer_N_width_16k_l0_medium.")
    private Path output = Path.of("gemma-scope");

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Gemma3Model opened = model.open();
                ActivationCollector collector = new ActivationCollector(opened)) {
            SyntheticScope scope =
                    new SyntheticScope(model.name(), opened.config().hiddenSize(), width, l0, seed);
            sizes(opened, collector)
                    .forEach((layer, size) -> {
                        Path folder = scope.write(output, layer, size);
                        out.printf(
                                Locale.ROOT,
                                "%s, activations of size %.3f%n",
                                folder.getFileName(),
                                size);
                        out.flush();
                    });
        }
        return 0;
    }

    /// By layer the root mean square of the residual stream's elements on a line of text.
    private SortedMap<Integer, Double> sizes(Gemma3Model opened, ActivationCollector collector) {
        List<Integer> wanted = new ArrayList<>(new TreeSet<>(layers));
        if (wanted.isEmpty()) {
            IntStream.range(0, opened.config().layers()).forEach(wanted::add);
        }
        int[] text = opened.tokenizer().encode(TEXT);
        int[] tokens = new int[text.length + 1];
        tokens[0] = opened.tokenizer().bos();
        System.arraycopy(text, 0, tokens, 1, text.length);
        List<Document> documents = List.of(Document.of("text", tokens, opened.tokenizer()));
        SortedMap<Integer, Double> sizes = new TreeMap<>();
        collector
                .collect(
                        opened.base(),
                        documents,
                        wanted.stream().map(Hookpoint::residual).collect(Collectors.toSet()))
                .forEachOrdered(found -> {
                    found.sites().forEach((at, rows) -> sizes.put(at.layer(), size(rows)));
                });
        return sizes;
    }

    private static double size(Activations rows) {
        double squares = 0;
        for (float value : rows.values()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / rows.values().length);
    }
}
