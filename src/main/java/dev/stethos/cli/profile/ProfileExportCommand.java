package dev.stethos.cli.profile;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.BaseOption;
import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.EditResolver;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.making.ExportedCheckpoint;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile export`: a profile applied to its base, as a checkpoint folder that any engine
/// loads.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write a profile applied to its base as a Hugging Face checkpoint folder: the base's",
            "names, types and shards, its tokenizer and configuration files copied."
        })
final class ProfileExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME|DIR", description = "A profile of the store, or its folder.")
    private String given = "";

    @Mixin private BaseOption base = new BaseOption();

    /// The new checkpoint.
    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "The checkpoint's folder, new or empty.")
    private Path output = Path.of("");

    /// Another scale than the manifest's.
    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "What the deltas are multiplied by. Default: the profile's own scale")
    private @Nullable Double scale;

    @Mixin private ProfilesOption profiles = new ProfilesOption();

    @Override
    public Integer call() {
        ExportedCheckpoint.requireFree(output);
        ProfileFolder folder = profiles.load(given);
        double alpha = scale == null ? folder.profile().scale() : scale;
        try (Checkpoint checkpoint = base.open();
                ResolvedEdits edits =
                        new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM)
                                .resolve(folder, checkpoint, alpha);
                Bars bars = new Bars()) {
            ExportedCheckpoint.write(checkpoint, edits, output, bars);
            bars.close();
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s with profile %s at scale %s: %d of %d tensors edited, in %s%n",
                            BaseOption.name(base.model()),
                            folder.profile().name(),
                            alpha,
                            edits.isIdentity() ? 0 : edits.names().size(),
                            checkpoint.names().size(),
                            output);
        }
        spec.commandLine().getOut().flush();
        return 0;
    }
}
