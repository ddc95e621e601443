package dev.stethos.cli.profile;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.BaseOption;
import dev.stethos.cli.options.NewProfileOptions;
import dev.stethos.cli.options.ProfileSummary;
import dev.stethos.edit.making.LoraAdapter;
import dev.stethos.edit.making.NewProfile;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile import-lora`: a PEFT adapter as a profile of low-rank deltas.
@Command(
        name = "import-lora",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Make a profile of a PEFT LoRA adapter: adapter_config.json and",
            "adapter_model.safetensors. What is not a plain LoRA is refused with the reason."
        })
final class ProfileImportLoraCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "The adapter's folder.")
    private Path adapter = Path.of("");

    @Mixin private BaseOption base = new BaseOption();
    @Mixin private NewProfileOptions target = new NewProfileOptions();

    /// The manifest's scale.
    @Option(
            names = "--scale",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "What the deltas are multiplied by, besides the adapter's own scale. Default: ${DEFAULT-VALUE}")
    private double scale = 1;

    @Override
    public Integer call() {
        NewProfile place = target.place();
        try (Checkpoint checkpoint = base.open();
                LoraAdapter lora = LoraAdapter.open(adapter, checkpoint);
                Bars bars = new Bars()) {
            ProfileWriter.Draft draft =
                    new ProfileWriter.Draft(
                            target.name(),
                            target.description(),
                            base.reference(checkpoint),
                            null,
                            scale,
                            null,
                            "stethos",
                            "./stethos profile import-lora %s --base %s --name %s --scale %s"
                                    .formatted(
                                            adapter.toAbsolutePath().normalize().getFileName(),
                                            BaseOption.name(base.model()),
                                            target.name(),
                                            scale));
            ProfileSummary summary = new ProfileSummary(spec.commandLine().getOut());
            summary.written(place.write(draft, lora, checkpoint, bars));
        }
        return 0;
    }
}
