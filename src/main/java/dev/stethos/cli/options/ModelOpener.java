package dev.stethos.cli.options;

import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import java.nio.file.Path;
import java.util.List;

/// Opens a model without HTTP.
@FunctionalInterface
public interface ModelOpener {
    /// `model` is a checkpoint folder, `hf://owner/name[@revision]` or `embedded`; the `resident`
    /// profiles of the folder `profiles` are applied beside the base.
    ServedModel open(
            String model,
            Path profiles,
            List<String> resident,
            ComputeType compute,
            EngineOptions engine);
}
