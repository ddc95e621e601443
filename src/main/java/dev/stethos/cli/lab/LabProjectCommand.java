package dev.stethos.cli.lab;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.BaseOption;
import dev.stethos.cli.options.NewProfileOptions;
import dev.stethos.cli.options.ProfileSummary;
import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.cli.options.Scratch;
import dev.stethos.cli.options.TunedModel;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.making.NewProfile;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.DirectionsFile;
import dev.stethos.lab.projection.ProjectedTaskVector;
import dev.stethos.lab.projection.TaskMatrices;
import dev.stethos.lab.projection.Variant;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos lab project`: a task vector projected onto directions of the residual stream, as a
/// profile. The same inputs give the same bytes.
@Command(
        name = "project",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Project a task vector onto directions of the residual stream and make a profile of",
            "what is left; print how much energy was kept, beside chance (k/d), a random",
            "subspace and the best subspace of the same rank."
        })
final class LabProjectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private BaseOption base = new BaseOption();

    @ArgGroup(multiplicity = "1")
    private Raw raw = new Raw();

    /// What is projected.
    private static final class Raw {
        @Option(
                names = "--profile",
                paramLabel = "NAME|DIR",
                description = "Project this profile's deltas.")
        private @Nullable String profile;

        @Option(
                names = "--tuned",
                paramLabel = TunedModel.ALLOWED,
                description = "Project what tuning changed: this checkpoint minus the base.")
        private @Nullable String tuned;
    }

    /// Where the directions are.
    @Option(
            names = "--directions",
            paramLabel = "FILE",
            required = true,
            description =
                    "safetensors with a tensor layers.N.directions [k, width] for every layer to edit.")
    private Path directions = Path.of("directions.safetensors");

    /// The norm-corrected variant.
    @Option(
            names = "--correct-norms",
            description =
                    "Carry the directions through the gains between residual stream and matrix.")
    private boolean correctNorms;

    /// Decides the random twins.
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides the random subspaces. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Mixin private NewProfileOptions target = new NewProfileOptions();
    @Mixin private ProfilesOption profiles = new ProfilesOption();

    @Override
    public Integer call() {
        NewProfile place = target.place();
        List<DecoderDirections> chosen = DirectionsFile.read(directions);
        Map<String, String> inputs =
                Map.of(String.valueOf(directions.getFileName()), Fingerprint.ofFile(directions));
        try (Checkpoint before = base.open()) {
            String profile = raw.profile;
            if (profile == null) {
                difference(place, chosen, inputs, before);
            } else {
                try (ProfileContents contents = ProfileContents.open(profiles.load(profile))) {
                    EditProfile source = contents.profile();
                    EditProfile.Provenance known = source.provenance();
                    write(
                            place,
                            vector(TaskMatrices.of(contents), chosen, inputs, before),
                            known == null ? null : known.tuned(),
                            known == null ? null : known.choice(),
                            source.scale(),
                            "--profile " + source.name(),
                            before);
                }
            }
        }
        return 0;
    }

    private void difference(
            NewProfile place,
            List<DecoderDirections> chosen,
            Map<String, String> inputs,
            Checkpoint before) {
        String tuned = String.valueOf(raw.tuned);
        List<WeightName> all =
                before.names().stream()
                        .map(WeightName::new)
                        .filter(name -> name.layer().isPresent())
                        .toList();
        try (Scratch scratch = Scratch.make();
                Checkpoint after = Checkpoint.open(TunedModel.folder(tuned, scratch.folder()));
                Bars bars = new Bars()) {
            TaskVector difference =
                    TaskVector.between(
                            before, after, WeightSelection.covering(all), DType.F32, bars);
            bars.close();
            write(
                    place,
                    vector(TaskMatrices.of(difference), chosen, inputs, before),
                    TunedModel.reference(tuned, after),
                    null,
                    1,
                    "--tuned " + TunedModel.text(tuned),
                    before);
        }
    }

    private ProjectedTaskVector vector(
            TaskMatrices matrices,
            List<DecoderDirections> chosen,
            Map<String, String> inputs,
            Checkpoint before) {
        Variant variant = correctNorms ? Variant.NORM_CORRECTED : Variant.RESIDUAL;
        return new ProjectedTaskVector(matrices, chosen, variant, before, seed, inputs);
    }

    private void write(
            NewProfile place,
            ProjectedTaskVector vector,
            EditProfile.@Nullable ModelReference tuned,
            EditProfile.@Nullable LayerChoice choice,
            double scale,
            String source,
            Checkpoint before) {
        ProfileWriter.Draft draft =
                new ProfileWriter.Draft(
                        target.name(),
                        target.description(),
                        base.reference(before),
                        tuned,
                        scale,
                        choice,
                        "stethos",
                        command(source));
        try (Bars bars = new Bars()) {
            ProfileSummary summary = new ProfileSummary(spec.commandLine().getOut());
            summary.written(place.write(draft, vector, before, bars));
        }
        RetentionTable.print(spec.commandLine().getOut(), vector.retention());
    }

    /// Without folders, which say nothing elsewhere.
    private String command(String source) {
        return "./stethos lab project --base %s %s --directions %s%s --seed %d --name %s"
                .formatted(
                        BaseOption.name(base.model()),
                        source,
                        directions.getFileName(),
                        correctNorms ? " --correct-norms" : "",
                        seed,
                        target.name());
    }
}
