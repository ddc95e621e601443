package dev.stethos.cli.options;

import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.options.ServingConfig;
import dev.stethos.serving.options.ServingOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;

/// A served model for commands: no port, progress on standard error.
public final class OfflineModel {
    private OfflineModel() {}

    public static ServedModel open(
            String model,
            Path profiles,
            List<String> resident,
            ComputeType compute,
            EngineOptions engine) {
        ServingOptions options =
                new ServingOptions(
                        model,
                        null,
                        ServingOptions.BASE,
                        resident,
                        profiles,
                        ServingConfig.defaultCache(),
                        ServingConfig.defaultState(),
                        Long.MAX_VALUE,
                        compute,
                        engine);
        ServedModel served =
                ServedModel.open(options, new SimpleMeterRegistry(), System.err::println);
        // The native libraries must not be torn down under a running device thread.
        Runtime.getRuntime().addShutdownHook(new Thread(served::close));
        return served;
    }
}
