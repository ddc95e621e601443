package dev.stethos.cli.profile;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.BaseOption;
import dev.stethos.cli.options.DeltaTypeConverter;
import dev.stethos.cli.options.NewProfileOptions;
import dev.stethos.cli.options.ProfileSummary;
import dev.stethos.cli.options.Scratch;
import dev.stethos.cli.options.TunedModel;
import dev.stethos.edit.making.DeltaSource;
import dev.stethos.edit.making.NewProfile;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.making.TruncatedTaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos profile build`: the task vector of two checkpoints as a profile. The same inputs give
/// the same bytes.
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Make a profile of what tuning changed: tuned minus base on chosen layers.")
final class ProfileBuildCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private BaseOption base = new BaseOption();

    /// The tuned checkpoint.
    @Option(
            names = "--tuned",
            paramLabel = TunedModel.ALLOWED,
            required = true,
            description =
                    "The tuned model: a checkpoint folder of the same shapes and types, or one of the embedded model's.")
    private String tuned = "";

    @Mixin private NewProfileOptions target = new NewProfileOptions();
    @Mixin private SelectionOptions selection = new SelectionOptions();

    /// The manifest's scale.
    @Option(
            names = "--scale",
            paramLabel = "X",
            defaultValue = "1",
            description = "What the deltas are multiplied by. Default: ${DEFAULT-VALUE}")
    private double scale = 1;

    /// What deltas are kept as.
    @Option(
            names = "--dtype",
            paramLabel = "f32|bf16",
            converter = DeltaTypeConverter.class,
            defaultValue = "f32",
            description =
                    "What the deltas are kept as; f32 gives the tuned weights back. Default: ${DEFAULT-VALUE}")
    private DType dtype = DType.F32;

    /// Cut matrices to a rank.
    @Option(
            names = "--rank",
            paramLabel = "R",
            description =
                    "Keep only the R largest singular directions of each matrix, where that is smaller. Default: every element")
    private @Nullable Integer rank;

    @Override
    public Integer call() {
        NewProfile place = target.place();
        Diagnosis diagnosis = selection.diagnosis();
        try (Scratch scratch = Scratch.make();
                Checkpoint before = base.open();
                Checkpoint after = Checkpoint.open(TunedModel.folder(tuned, scratch.folder()));
                Bars bars = new Bars()) {
            TaskVector vector =
                    TaskVector.between(before, after, selection.of(before, diagnosis), dtype, bars);
            DeltaSource source =
                    rank == null ? vector : new TruncatedTaskVector(vector, rank, dtype);
            ProfileWriter.Draft draft =
                    new ProfileWriter.Draft(
                            target.name(),
                            target.description(),
                            base.reference(before),
                            TunedModel.reference(tuned, after),
                            scale,
                            diagnosis == null ? null : diagnosis.choice(),
                            "stethos",
                            command());
            report(place.write(draft, source, before, bars), bars);
        }
        return 0;
    }

    /// Without folders, which say nothing elsewhere.
    private String command() {
        return "./stethos profile build --base %s --tuned %s --name %s%s --scale %s --dtype %s%s"
                .formatted(
                        BaseOption.name(base.model()),
                        TunedModel.text(tuned),
                        target.name(),
                        selection.text(),
                        scale,
                        dtype.name().toLowerCase(Locale.ROOT),
                        rank == null ? "" : " --rank " + rank);
    }

    private void report(ProfileFolder written, Bars bars) {
        bars.close();
        ProfileSummary summary = new ProfileSummary(spec.commandLine().getOut());
        summary.written(written);
        EditProfile.Provenance provenance = written.profile().provenance();
        if (provenance != null && provenance.truncation() != null) {
            summary.retention(provenance.truncation());
        }
    }
}
