package dev.stethos.cli.profile;

import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which tensors of a model a profile edits. What the model does not have is
/// an [IllegalArgumentException].
final class SelectionOptions {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");

    @Option(
            names = "--layers",
            paramLabel = "3,5-7|all|auto",
            defaultValue = "all",
            description =
                    "Layers to edit: numbers and ranges, all, or auto for those that --diagnosis chose. Default: ${DEFAULT-VALUE}")
    private String layers = "all";

    /// Where `auto` reads the layers.
    @Option(
            names = "--diagnosis",
            paramLabel = "FILE",
            description = "For --layers auto: JSON with the chosen \"layers\".")
    private @Nullable Path diagnosis;

    /// Modules within the layers and outside of them.
    @Option(
            names = "--modules",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Modules to edit, such as mlp.up_proj, or mlp for all below it; embed_tokens and norm, which stand outside of the layers, only when named. Default: every module within the layers")
    private List<String> modules = List.of();

    /// The diagnosis that `auto` reads, null for other choices.
    @Nullable Diagnosis diagnosis() {
        if (!layers.equals("auto")) {
            if (diagnosis != null) {
                throw new IllegalArgumentException(
                        "--diagnosis: given with --layers %s, allowed is --layers auto"
                                .formatted(layers));
            }
            return null;
        }
        if (diagnosis == null) {
            throw new IllegalArgumentException(
                    "--layers: auto needs --diagnosis FILE, which says the layers");
        }
        return Diagnosis.read(diagnosis);
    }

    /// The options as they are written in a command line.
    String text() {
        return " --layers "
                + layers
                + (modules.isEmpty() ? "" : " --modules " + String.join(",", modules));
    }

    WeightSelection of(Checkpoint base, @Nullable Diagnosis chosen) {
        SortedSet<Integer> all = new TreeSet<>();
        SortedSet<String> within = new TreeSet<>();
        SortedSet<String> outside = new TreeSet<>();
        for (String tensor : base.names()) {
            WeightName name = new WeightName(tensor);
            name.layer().ifPresent(all::add);
            (name.layer().isPresent() ? within : outside).add(name.module());
        }
        List<Integer> numbers =
                chosen != null
                        ? chosen.layers()
                        : layers.equals("all") ? List.copyOf(all) : numbers();
        for (int layer : numbers) {
            if (!all.contains(layer)) {
                throw new IllegalArgumentException(
                        "--layers: layer %d was given, the base has %d to %d"
                                .formatted(layer, all.getFirst(), all.getLast()));
            }
        }
        return WeightSelection.of(
                numbers, modules.isEmpty() ? within : named(modules, within, outside));
    }

    private List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        for (String part : layers.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                throw new IllegalArgumentException(
                        "--layers: '%s' was given, allowed are numbers and ranges such as 3,5-7, all, or auto"
                                .formatted(layers));
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (last < first) {
                throw new IllegalArgumentException(
                        "--layers: the range %s ends before it begins".formatted(part.strip()));
            }
            for (int layer = first; layer <= last; layer++) {
                numbers.add(layer);
            }
        }
        return numbers;
    }

    private static SortedSet<String> named(
            List<String> names, SortedSet<String> within, SortedSet<String> outside) {
        SortedSet<String> all = new TreeSet<>(within);
        all.addAll(outside);
        SortedSet<String> chosen = new TreeSet<>();
        for (String name : names) {
            List<String> found =
                    all.stream()
                            .filter(module -> module.equals(name) || module.startsWith(name + "."))
                            .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "--modules: '%s' was given, the base has %s".formatted(name, all));
            }
            chosen.addAll(found);
        }
        return chosen;
    }
}
