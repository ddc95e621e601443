package dev.stethos.cli;

import dev.stethos.cli.options.ComputeTypeConverter;
import dev.stethos.gemma.ComputeType;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import dev.stethos.torch.TorchDevice;
import dev.stethos.torch.TorchRuntime;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Starts the HTTP server and stays until it is told to stop. Options become the configuration
/// properties of the same meaning, which win over the environment and files.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Serve a model over the OpenAI-style HTTP API.")
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "DIR|hf://OWNER/NAME[@REVISION]|embedded",
            description =
                    "Checkpoint folder, model on the Hugging Face hub (HF_TOKEN where it is gated), or 'embedded' (default) for the tiny model in the jar.")
    private @Nullable String model;

    @Option(
            names = "--served-name",
            paramLabel = "NAME",
            description = "Model id to answer to. Default: the model's or folder's name.")
    private @Nullable String servedName;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "Edit profile that is active from the start; 'base' for none. Default: number-theory on the embedded model, otherwise base.")
    private @Nullable String profile;

    @Option(
            names = "--resident",
            paramLabel = "NAME",
            split = ",",
            description = "Further profiles that answer under <served>:<profile>.")
    private @Nullable List<String> resident;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            description = "Folder of edit profiles. Default: edit-profiles.")
    private @Nullable String profiles;

    @Option(
            names = "--compute",
            paramLabel = "auto|bf16|f32",
            converter = ComputeTypeConverter.class,
            description =
                    "What the decoder computes in. Default: auto, the weights' own type, or f32 where the CPU only emulates bf16 and memory allows.")
    private @Nullable ComputeType compute;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:N",
            description =
                    "Where the model runs. Default: auto, the first NVIDIA GPU where libtorch has CUDA, otherwise the CPU.")
    private @Nullable String device;

    @Option(names = "--host", description = "Address to bind to. Default: 127.0.0.1.")
    private @Nullable String host;

    @Option(names = "--port", description = "HTTP port. Default: 8080; 0 takes a free one.")
    private @Nullable Integer port;

    @Option(
            names = "--management-port",
            description = "Port of health and metrics. Default: 9000; 0 takes a free one.")
    private @Nullable Integer managementPort;

    @Option(
            names = "--max-sequences",
            paramLabel = "N",
            description = "Sequences that run at once. Default: 16.")
    private @Nullable Integer maxSequences;

    @Option(
            names = "--max-context",
            paramLabel = "TOKENS",
            description = "Longest context, prompt and output together. Default: 8192.")
    private @Nullable Integer maxContext;

    @Override
    public Integer call() {
        set("stethos.model", model);
        set("stethos.served-name", servedName);
        set("stethos.profile", profile);
        set("stethos.resident", resident == null ? null : String.join(",", resident));
        set("stethos.profiles", absolute(profiles));
        set("stethos.compute", compute);
        set(TorchDevice.PROPERTY, device);
        set("quarkus.http.host", host);
        set("quarkus.http.port", port);
        set("quarkus.management.host", host);
        set("quarkus.management.port", managementPort);
        set("stethos.max-sequences", maxSequences);
        set("stethos.max-context", maxContext);
        // The native libraries load while Quarkus starts.
        Thread.ofPlatform().name("stethos-engine-start").daemon().start(ServeCommand::startEngine);
        AtomicInteger exit = new AtomicInteger();
        Quarkus.run(
                Server.class,
                (code, failure) -> exit.set(failure == null ? code : ofStart(failure)));
        return exit.get();
    }

    private static int ofStart(Throwable failure) {
        Throwable cause = BadInput.ofStart(failure);
        if (!BadInput.isBadInput(cause)) {
            return 1;
        }
        System.err.println("stethos: " + BadInput.message(cause));
        return 2;
    }

    private static void startEngine() {
        try {
            TorchRuntime.get();
        } catch (IllegalArgumentException e) {
            // A device that is not there: the model's own start says so.
            return;
        }
    }

    private static @Nullable String absolute(@Nullable String folder) {
        return folder == null ? null : Path.of(folder).toAbsolutePath().toString();
    }

    private static void set(String property, @Nullable Object value) {
        if (value != null) {
            System.setProperty(property, value.toString());
        }
    }

    /// Waits for the model, says where it answers, then waits for the end. A model that cannot be
    /// loaded ends the process with code 2 and the reason.
    public static final class Server implements QuarkusApplication {
        private final Serving serving;
        private final Config config;

        @Inject
        public Server(Serving serving, Config config) {
            this.serving = serving;
            this.config = config;
        }

        @Override
        public int run(String... args) {
            ServedModel.ModelCard active;
            StopSignal.endsInOrder(serving);
            EarlyRequest.send(config);
            try {
                active = serving.started().join().active();
            } catch (CompletionException e) {
                System.err.println("stethos: " + BadInput.message(e));
                return BadInput.isBadInput(e) ? 2 : 1;
            }
            System.out.printf(
                    "Serving %s with profile %s at http://%s:%s/v1 (health and metrics: http://%s:%s/q)%n",
                    active.id(),
                    active.profile(),
                    config.getValue("quarkus.http.host", String.class),
                    config.getValue("quarkus.http.port", String.class),
                    config.getValue("quarkus.management.host", String.class),
                    config.getValue("quarkus.management.port", String.class));
            Quarkus.waitForExit();
            return 0;
        }
    }
}
