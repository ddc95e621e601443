package dev.stethos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.torch.ScalarType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The published widths at a depth of two layers and a small vocabulary.
class EngineBenchTest {
    private static final SyntheticModel.Size SMALL = new SyntheticModel.Size(2, 2048);
    private static final Path TOKENIZER = Path.of("src/main/resources/tiny/base");

    @TempDir private Path cache;

    @Test
    void measuresEveryFigureOfASyntheticModelWithItsFloor() {
        List<String> said = new ArrayList<>();
        SyntheticModel synthetic = SyntheticModel.in(cache, TOKENIZER, SMALL, said::add);
        try (Gemma3Model model = Gemma3Model.load(synthetic.folder(), cache, ComputeType.AUTO);
                ResolvedEdits edits =
                        new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM)
                                .resolve(
                                        new ProfileStore(synthetic.profiles())
                                                .load(SyntheticModel.PROFILE),
                                        model.checkpoint());
                Revision edited = EditedRevision.of(model.base(), edits);
                InferenceEngine engine =
                        new InferenceEngine(
                                model,
                                new EngineOptions(16, 256, 128, 16),
                                new SimpleMeterRegistry())) {
            assertThat(edited.ownedNames()).hasSize(7);
            MachineLimits limits = new MachineLimits(1e9, 1e10, ScalarType.F32);
            List<Measure> figures =
                    new EngineBench(model, engine, limits, 2, Duration.ZERO)
                            .run(model.base(), edited, said::add);
            assertThat(figures)
                    .extracting(Measure::name)
                    .doesNotHaveDuplicates()
                    .contains(
                            "read_bandwidth",
                            "time_to_first_token_128",
                            "decode_batch_16",
                            "decode_batch_1_context_1024",
                            "gap_beside_prefill_p99",
                            "mixed_over_base_batch_16",
                            "both_arms_over_one_batch_16")
                    .doesNotContain("time_to_first_token_512");
            assertThat(figures).allMatch(figure -> figure.value() > 0);
            Measure one = named(figures, "decode_batch_1");
            double weights =
                    model.base().names().stream()
                            .mapToLong(name -> model.base().tensor(name).elements())
                            .sum();
            assertThat(one.floor())
                    .isBetween(
                            0.99 * 1e9 / (weights * model.computeType().bytes()),
                            1e9 / (weights * model.computeType().bytes()));
            List<Measure> swap =
                    new SwapBench(model, engine, limits, Duration.ZERO)
                            .run(new ProfileStore(synthetic.profiles()), SyntheticModel.PROFILE);
            assertThat(swap).allMatch(figure -> figure.value() > 0);
            double owned = edited.ownedBytes();
            assertThat(named(swap, "profile_memory").value()).isEqualTo(owned / 1e9);
            // Two streams at the given bandwidth, and one of writing, which is measured.
            assertThat(named(swap, "profile_apply").floor()).isGreaterThan(2 * owned / 1e9);
            model.forget(edited);
        }
    }

    @Test
    void writesTheSameContentOnceInTwoShardsOnlyWhenItIsLarge() throws IOException {
        SyntheticModel.Size tiny = new SyntheticModel.Size(1, 1024);
        List<String> said = new ArrayList<>();
        SyntheticModel first = SyntheticModel.in(cache, TOKENIZER, tiny, said::add);
        assertThat(said).hasSize(2);
        SyntheticModel again = SyntheticModel.in(cache, TOKENIZER, tiny, said::add);
        assertThat(again).isEqualTo(first);
        assertThat(said).hasSize(2);
        SyntheticModel other =
                SyntheticModel.in(
                        Files.createDirectory(cache.resolve("b")), TOKENIZER, tiny, said::add);
        Path weights = Path.of("model.safetensors");
        assertThat(Files.mismatch(first.folder().resolve(weights), other.folder().resolve(weights)))
                .isEqualTo(-1);
    }

    private static Measure named(List<Measure> figures, String name) {
        return figures.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    }
}
