package dev.stethos.serving.options;

import dev.stethos.edit.profile.SigningKeys;
import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.CacheMemory;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.admission.Backlog;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The server's settings under `stethos.`; the command line sets the same ones.
@ConfigMapping(prefix = "stethos")
public interface ServingConfig {
    /// `embedded`, `hf://owner/name[@revision]` or a checkpoint folder.
    @WithDefault(ModelSource.EMBEDDED)
    String model();

    /// The model id; absent: the model's own name.
    Optional<String> servedName();

    /// The profile that is active from the start; `base` for none. Absent: the one that was active
    /// when the server was last stopped; at first `number-theory` on the embedded model, otherwise
    /// none.
    Optional<String> profile();

    /// Further profiles that answer under `<served>:<profile>`.
    Optional<List<String>> resident();

    /// The folder of profiles; relative to the project's folder when it is not absolute.
    @WithDefault("edit-profiles")
    String profiles();

    /// Ed25519 public keys of which one must have signed a profile: each in Base64 (X.509), or a
    /// PEM file, relative to the project's folder. Absent: no signature is required.
    @WithName("profiles.trusted-keys")
    Optional<List<String>> trustedKeys();

    /// The project's folder; the launcher sets it.
    @WithDefault(".")
    Path home();

    /// A folder for what can be made again: the unpacked embedded model, the hub's models, content
    /// hashes.
    Optional<Path> cache();

    /// A folder for what must outlive the process: which profiles were active, and when.
    Optional<Path> state();

    /// What the edited tensors of all profiles in memory may take together.
    @WithDefault("4G")
    @WithConverter(MemorySizeConverter.class)
    MemorySize residentMemory();

    /// `auto`, `bf16` or `f32`: what the decoder computes in.
    @WithDefault("auto")
    ComputeType compute();

    /// Sequences that run at once.
    @WithDefault("16")
    int maxSequences();

    /// Longest context in tokens, prompt and output together; never more than the model's own.
    @WithDefault("8192")
    int maxContext();

    /// What the keys and values of running sequences may take; a sequence that does not fit waits.
    /// Absent: three eighths of the memory that is free beside the weights.
    @WithConverter(MemorySizeConverter.class)
    Optional<MemorySize> kvMemory();

    /// What the keys and values of earlier prompts may take, which later ones that begin alike do
    /// not compute again; 0 keeps none. Absent: an eighth of the memory that is free beside the
    /// weights.
    @WithConverter(MemorySizeConverter.class)
    Optional<MemorySize> prefixMemory();

    /// Prompt tokens that one step may prefill.
    @WithDefault("512")
    int prefillChunk();

    /// Sequences that may wait before requests are answered 429.
    @WithDefault("256")
    int queueCapacity();

    /// Tokens of prompts and likely answers that may wait before requests are answered 429. Absent:
    /// as many as the sequences that may wait bring.
    Optional<Long> queueTokens();

    /// A request that would wait longer for its turn, as far as the machine's measured speed tells,
    /// is answered 429 at once. Absent: half as long as recent requests ran, at least one second.
    Optional<Duration> maxWait();

    /// How long a request may take, waiting included, before it is answered 504.
    @WithDefault("PT1H")
    Duration deadline();

    /// How long answers that have begun may go on when the server is told to stop.
    @WithDefault("PT30S")
    Duration drain();

    /// False: the server opens its port only after the model is ready.
    @WithDefault("true")
    boolean loadInBackground();

    /// These settings as the options of a served model.
    default ServingOptions options() {
        return new ServingOptions(
                model(),
                servedName().orElse(null),
                profile().orElse(null),
                resident().orElse(List.of()),
                home().resolve(profiles()),
                cache().orElseGet(ServingConfig::defaultCache),
                state().orElseGet(ServingConfig::defaultState),
                residentMemory().asLongValue(),
                compute(),
                new EngineOptions(
                                maxSequences(),
                                maxContext(),
                                prefillChunk(),
                                queueCapacity(),
                                deadline())
                        .withMemory(
                                new CacheMemory(
                                        kvMemory().map(MemorySize::asLongValue).orElse(null),
                                        prefixMemory().map(MemorySize::asLongValue).orElse(null)))
                        .withBacklog(
                                new Backlog(
                                        queueTokens().orElse(Long.MAX_VALUE),
                                        maxWait().orElse(null))),
                trustedKeys().orElse(List.of()).stream()
                        .map(key -> SigningKeys.publicKey(key, home()))
                        .toList());
    }

    /// `$XDG_STATE_HOME/stethos`, or `.local/state/stethos` in the user's home.
    static Path defaultState() {
        return inHome("XDG_STATE_HOME", ".local", "state");
    }

    /// `$XDG_CACHE_HOME/stethos`, or `.cache/stethos` in the user's home.
    static Path defaultCache() {
        return inHome("XDG_CACHE_HOME", ".cache");
    }

    private static Path inHome(String variable, String... folders) {
        String given = System.getenv(variable);
        Path parent =
                given == null || given.isBlank()
                        ? Path.of(System.getProperty("user.home"), folders)
                        : Path.of(given);
        return parent.resolve("stethos");
    }
}
