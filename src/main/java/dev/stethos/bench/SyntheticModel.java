package dev.stethos.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile.ModelReference;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A checkpoint with the shapes, names, shards and files of the published Gemma-3-4B-IT and random
/// weights, and an edit profile of six of its layers, or half of a shallow one's. Written once into
/// a cache folder; the same content every time.
///
/// @param folder the checkpoint
/// @param profiles the folder of its profile
public record SyntheticModel(Path folder, Path profiles) {
    /// The `--model` value that stands for the whole model.
    public static final String NAME = "synthetic-4b";

    /// The profile's name.
    public static final String PROFILE = "six-layers";

    /// How much of the published model's size to write; widths are always the published ones.
    ///
    /// @param vocabulary rows of the embedding
    public record Size(int layers, int vocabulary) {
        /// The published model's.
        public static final Size FULL = new Size(34, 262208);

        private String name() {
            return equals(FULL) ? NAME : NAME + "-" + layers + "-" + vocabulary;
        }
    }

    private static final int HIDDEN = 2560;
    private static final int INNER = 10240;
    private static final int QUERIES = 8 * 256;
    private static final int KEYS = 4 * 256;
    private static final int HEAD_DIM = 256;
    private static final int EDITED_LAYERS = 6;
    private static final int WINDOW = 1024;
    private static final int ROPE_FACTOR = 8;
    private static final long FIRST_SHARD_BYTES = 4_960_000_000L;
    private static final int BLOCK = 1 << 20;
    private static final long SEED = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Ids of the published tokenizer that stand for text.
    private static final int TEXT_TOKENS = 262145;

    /// Four BF16 numbers in a long.
    private static final long LANES = 0x0001_0001_0001_0001L;

    private static final long LAST_BITS = 7 * LANES;
    private static final long EXPONENTS = 0x7F80 * LANES;

    /// Exponent of a 128th, and up to three powers of two more.
    private static final long SIZES = ((127 - 7) << 7) * LANES;

    private static final long SMALL_STEPS = (3 << 7) * LANES;

    /// Writes what is missing below `cache`; `tokenizer` is a folder whose small files are taken,
    /// its vocabulary padded with unused tokens. `progress` hears what is being done.
    public static SyntheticModel in(
            Path cache, Path tokenizer, Size size, Consumer<String> progress) {
        SyntheticModel model =
                new SyntheticModel(
                        cache.resolve(size.name()), cache.resolve(size.name() + "-profiles"));
        try {
            if (!Files.isDirectory(model.folder)) {
                progress.accept("writing " + size.name() + " into the cache, once");
                model.writeBase(tokenizer, size);
            }
            if (!Files.isDirectory(model.profiles)) {
                progress.accept("writing the profile " + PROFILE + ", once");
                model.writeProfile(size);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + size.name(), e);
        }
        return model;
    }

    private void writeBase(Path tokenizer, Size size) throws IOException {
        Path fresh = Files.createDirectories(sibling(folder));
        List<List<NamedTensor>> shards = new ArrayList<>(List.of(new ArrayList<>()));
        long bytes = 0;
        for (Map.Entry<String, List<Long>> weight : shapes(size).entrySet()) {
            NamedTensor tensor = random("language_model.model.", weight, 0);
            if (bytes + tensor.bytes() > FIRST_SHARD_BYTES && shards.size() == 1) {
                shards.add(new ArrayList<>());
            }
            shards.getLast().add(tensor);
            bytes += tensor.bytes();
        }
        CheckpointWriter.write(fresh, files(tokenizer, size), shards);
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The tuned model differs from the base in the last bits of some layers' linear weights.
    private void writeProfile(Size size) throws IOException {
        Path store = Files.createDirectories(sibling(profiles));
        Path tunedFolder = Files.createDirectories(sibling(folder));
        int count = Math.min(EDITED_LAYERS, (size.layers() + 1) / 2);
        int first = (size.layers() - count) / 2;
        List<NamedTensor> tensors = new ArrayList<>();
        List<WeightName> edited = new ArrayList<>();
        for (Map.Entry<String, List<Long>> weight : shapes(size).entrySet()) {
            WeightName name = new WeightName("model." + weight.getKey());
            int layer = name.layer().orElse(-1);
            if (layer >= first && layer < first + count && weight.getKey().contains("_proj.")) {
                tensors.add(random("model.", weight, 1));
                edited.add(name);
            }
        }
        CheckpointWriter.write(
                tunedFolder,
                Map.of("config.json", Files.readAllBytes(folder.resolve("config.json"))),
                List.of(tensors));
        try (Checkpoint base = Checkpoint.open(folder);
                Checkpoint tuned = Checkpoint.open(tunedFolder)) {
            new ProfileWriter(store)
                    .write(
                            new ProfileWriter.Draft(
                                    PROFILE,
                                    "Random changes of six layers of a random model",
                                    reference(size.name(), base),
                                    reference(size.name() + "-tuned", tuned),
                                    1,
                                    null,
                                    "stethos",
                                    "./stethos bench --model " + NAME),
                            TaskVector.between(
                                    base, tuned, WeightSelection.covering(edited), DType.BF16));
        }
        for (Path file :
                List.of(
                        tunedFolder.resolve("config.json"),
                        tunedFolder.resolve("model.safetensors"))) {
            Files.delete(file);
        }
        Files.delete(tunedFolder);
        Files.move(store, profiles, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ModelReference reference(String name, Checkpoint checkpoint) {
        return new ModelReference(name, Fingerprint.ofCheckpoint(checkpoint, null));
    }

    private static Path sibling(Path target) {
        return target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid());
    }

    /// Shapes by name below the prefix, in the order of the published files.
    private static Map<String, List<Long>> shapes(Size size) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        add(shapes, "embed_tokens", size.vocabulary(), HIDDEN);
        for (int i = 0; i < size.layers(); i++) {
            String layer = "layers." + i + ".";
            add(shapes, layer + "input_layernorm", HIDDEN);
            add(shapes, layer + "mlp.down_proj", HIDDEN, INNER);
            add(shapes, layer + "mlp.gate_proj", INNER, HIDDEN);
            add(shapes, layer + "mlp.up_proj", INNER, HIDDEN);
            add(shapes, layer + "post_attention_layernorm", HIDDEN);
            add(shapes, layer + "post_feedforward_layernorm", HIDDEN);
            add(shapes, layer + "pre_feedforward_layernorm", HIDDEN);
            add(shapes, layer + "self_attn.k_norm", HEAD_DIM);
            add(shapes, layer + "self_attn.k_proj", KEYS, HIDDEN);
            add(shapes, layer + "self_attn.o_proj", HIDDEN, QUERIES);
            add(shapes, layer + "self_attn.q_norm", HEAD_DIM);
            add(shapes, layer + "self_attn.q_proj", QUERIES, HIDDEN);
            add(shapes, layer + "self_attn.v_proj", KEYS, HIDDEN);
        }
        add(shapes, "norm", HIDDEN);
        return shapes;
    }

    private static void add(Map<String, List<Long>> shapes, String name, long... shape) {
        shapes.put(name + ".weight", Arrays.stream(shape).boxed().toList());
    }

    /// Random BF16 numbers of either sign, a 128th to a 16th in size. `variant` 0 is the base;
    /// another one has other last bits.
    private static NamedTensor random(
            String prefix, Map.Entry<String, List<Long>> weight, int variant) {
        String name = weight.getKey();
        return new NamedTensor(
                prefix + name,
                DType.BF16,
                weight.getValue(),
                out -> writeRandom(out, weight.getValue(), name.hashCode(), variant));
    }

    private static void writeRandom(
            WritableByteChannel out, List<Long> shape, int stream, int variant) throws IOException {
        SplittableRandom base = new SplittableRandom(SEED + ((long) stream << 32));
        SplittableRandom other = new SplittableRandom(SEED + ((long) stream << 32) + variant);
        long left = shape.stream().reduce(1L, Math::multiplyExact) * DType.BF16.bytes();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        while (left > 0) {
            block.clear().limit((int) Math.min(BLOCK, left));
            while (block.hasRemaining()) {
                long bits = base.nextLong();
                if (variant != 0) {
                    bits = (bits & ~LAST_BITS) | (other.nextLong() & LAST_BITS);
                }
                block.putLong((bits & ~EXPONENTS) | (SIZES + ((bits >> 5) & SMALL_STEPS)));
            }
            left -= block.flip().remaining();
            while (block.hasRemaining()) {
                int _ = out.write(block);
            }
        }
    }

    private static Map<String, byte[]> files(Path tokenizer, Size size) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name :
                List.of("generation_config.json", "tokenizer_config.json", "chat_template.jinja")) {
            files.put(name, Files.readAllBytes(tokenizer.resolve(name)));
        }
        files.put("config.json", config(size));
        files.put("tokenizer.json", padded(tokenizer.resolve("tokenizer.json"), size.vocabulary()));
        return files;
    }

    private static byte[] config(Size size) throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("architectures").add("Gemma3ForConditionalGeneration");
        root.put("model_type", "gemma3").put("torch_dtype", "bfloat16");
        root.putArray("eos_token_id").add(1).add(106);
        ObjectNode text = root.putObject("text_config");
        text.put("model_type", "gemma3_text").put("hidden_size", HIDDEN);
        text.put("intermediate_size", INNER).put("num_hidden_layers", size.layers());
        text.put("sliding_window", WINDOW).put("vocab_size", size.vocabulary());
        text.putObject("rope_scaling").put("factor", ROPE_FACTOR).put("rope_type", "linear");
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    }

    /// The tokenizer with unused tokens up to `vocabulary` less the ids that stand for no text.
    private static byte[] padded(Path tokenizer, int vocabulary) throws IOException {
        ObjectNode root = (ObjectNode) JSON.readTree(Files.readAllBytes(tokenizer));
        ObjectNode ids = (ObjectNode) root.required("model").required("vocab");
        int wanted = vocabulary - (Size.FULL.vocabulary() - TEXT_TOKENS);
        for (int id = ids.size(); id < wanted; id++) {
            ids.put("<unused" + id + ">", id);
        }
        return JSON.writeValueAsBytes(root);
    }
}
