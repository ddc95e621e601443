package dev.stethos.edit.making;

import static dev.stethos.weights.InvalidWeightsException.shown;

import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.profile.EditProfile.ModelReference;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A PEFT LoRA adapter's folder as deltas of a base: low-rank pairs whose B holds the scale (`alpha
/// / r`, or `alpha / sqrt(r)` when it is rank-stabilised). LoRA: Hu et al.,
/// <https://arxiv.org/abs/2106.09685>. Owns the mapped adapter; the base must stay open.
public final class LoraAdapter implements DeltaSource, AutoCloseable {
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final Pattern KEY =
            Pattern.compile("base_model\\.model\\.(.+)\\.lora_(A|B)\\.weight");

    private final Checkpoint base;
    private final LoraConfig config;
    private final SafetensorsFile file;
    private final ModelReference reference;
    private final SortedMap<WeightName, Pair> pairs = new TreeMap<>();

    private LoraAdapter(
            Checkpoint base, LoraConfig config, SafetensorsFile file, ModelReference reference) {
        this.base = base;
        this.config = config;
        this.file = file;
        this.reference = reference;
        file.tensors().forEach(this::add);
    }

    private record Pair(LayerDelta.LowRank delta, double scale) {
        double energy() {
            double norm = scale * delta.norm();
            return norm * norm;
        }
    }

    /// Opens and checks the folder; an adapter that is no plain LoRA of the base is an
    /// [IllegalArgumentException] with the reason.
    public static LoraAdapter open(Path folder, Checkpoint base) {
        refusePickle(folder);
        try {
            Path configFile = folder.resolve(LoraConfig.FILE);
            if (!Files.isRegularFile(configFile) || Files.size(configFile) > 1 << 20) {
                throw LoraConfig.refused("missing or longer than a megabyte");
            }
            byte[] json = Files.readAllBytes(configFile);
            LoraConfig config = LoraConfig.read(json);
            SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS));
            try {
                String content = Fingerprint.ofBytes(json) + "\n" + Fingerprint.ofFile(file) + "\n";
                Path name = folder.toAbsolutePath().normalize().getFileName();
                return new LoraAdapter(
                        base,
                        config,
                        file,
                        new ModelReference(
                                name == null ? "adapter" : shown(name.toString()),
                                Fingerprint.ofBytes(content.getBytes(StandardCharsets.US_ASCII))));
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(LoraConfig.FILE, e);
        }
    }

    private static void refusePickle(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "adapter: '%s' is not a folder, allowed is one with %s and %s; pickles (.bin, .pt) are never opened"
                            .formatted(folder, LoraConfig.FILE, WEIGHTS));
        }
        if (Files.exists(folder.resolve(WEIGHTS))) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> pickles =
                    entries.map(path -> String.valueOf(path.getFileName()))
                            .filter(name -> {
                                String lower = name.toLowerCase(Locale.ROOT);
                                return lower.endsWith(".bin")
                                        || lower.endsWith(".pt")
                                        || lower.endsWith(".pth");
                            })
                            .sorted()
                            .toList();
            if (!pickles.isEmpty()) {
                throw new IllegalArgumentException(
                        "adapter: %s was given, a pickle runs code when it is opened; allowed is %s (PEFT's save_pretrained with safe_serialization=True)"
                                .formatted(shown(pickles.getFirst()), WEIGHTS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(TensorInfo info) {
        String key = info.name();
        if (key.contains("lora_magnitude_vector")) {
            throw refused(key, "DoRA rescales whole weights, which no delta of the base is");
        }
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            throw refused(
                    key,
                    key.contains("lora_embedding")
                            ? "an embedding's LoRA, allowed are those of linear modules"
                            : "allowed are base_model.model.<module>.lora_A.weight and .lora_B.weight");
        }
        String module = matcher.group(1);
        Optional<WeightName> parsed;
        try {
            parsed = WeightName.parse(module + ".weight");
        } catch (IllegalArgumentException e) {
            throw refused(key, String.valueOf(e.getMessage()));
        }
        WeightName name =
                parsed.orElseThrow(
                        () -> refused(key, "it edits what is not part of the text decoder"));
        if (!config.layers().isEmpty()
                && (name.layer().isEmpty() || !config.layers().contains(name.layer().getAsInt()))) {
            throw refused(key, "layers_to_transform is " + config.layers());
        }
        pair(key, module, name);
    }

    private void pair(String key, String module, WeightName name) {
        String stem = "base_model.model." + module;
        TensorInfo a = half(key, stem + ".lora_A.weight");
        TensorInfo b = half(key, stem + ".lora_B.weight");
        long rank = config.rank(module);
        if (a.shape().size() != 2
                || b.shape().size() != 2
                || a.shape().getFirst() != rank
                || b.shape().getLast() != rank) {
            throw refused(
                    key,
                    "A %s and B %s, %s says rank %d"
                            .formatted(a.shape(), b.shape(), LoraConfig.FILE, rank));
        }
        Pair pair = new Pair(new LayerDelta.LowRank(file, a, b), config.scale(module));
        if (pair.energy() == 0) {
            return;
        }
        Pair before = pairs.put(name, pair);
        if (before != null && !before.equals(pair)) {
            throw refused(key, "a second pair for " + name);
        }
    }

    private TensorInfo half(String key, String name) {
        if (!file.contains(name)) {
            throw refused(key, "without its other half " + shown(name));
        }
        return file.tensor(name);
    }

    private IllegalArgumentException refused(String tensor, String problem) {
        return new IllegalArgumentException(
                "%s: tensor %s: %s".formatted(WEIGHTS, shown(tensor), problem));
    }

    @Override
    public List<WeightName> names() {
        return List.copyOf(pairs.keySet());
    }

    @Override
    public String baseConfig() {
        return Fingerprint.ofBytes(base.configBytes());
    }

    @Override
    public String baseHash(WeightName name) {
        return Fingerprint.ofTensor(base.locate(name.canonical()));
    }

    @Override
    public List<NamedTensor> tensors() {
        List<NamedTensor> tensors = new ArrayList<>();
        pairs.forEach((name, pair) -> {
            LayerDelta.LowRank delta = pair.delta();
            tensors.add(scaled(name + LayerDelta.SUFFIX_A, delta.a(), 1));
            tensors.add(scaled(name + LayerDelta.SUFFIX_B, delta.b(), pair.scale()));
        });
        return tensors;
    }

    private NamedTensor scaled(String name, TensorInfo info, double scale) {
        return new NamedTensor(
                name,
                DType.F32,
                info.shape(),
                out -> {
                    float[] values = file.floats(info);
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) (values[i] * scale);
                    }
                    NamedTensor.ofFloats(name, DType.F32, info.shape(), values)
                            .source()
                            .writeTo(out);
                });
    }

    @Override
    public Findings findings() {
        SortedMap<Integer, Double> energy = new TreeMap<>();
        pairs.forEach((name, pair) ->
                name.layer().ifPresent(layer -> energy.merge(layer, pair.energy(), Double::sum)));
        return new Findings(energy, null, null, reference, null, null);
    }

    @Override
    public void close() {
        file.close();
    }
}
