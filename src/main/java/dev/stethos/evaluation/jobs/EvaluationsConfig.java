package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.EngineShape;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/// How evaluations are kept and run.
@ConfigMapping(prefix = "stethos.evaluations")
public interface EvaluationsConfig {
    DatabaseConfig database();

    /// This server among those that share the database. Absent: the machine's name.
    Optional<String> gateway();

    /// Chunks that this server works on at once; 0: it takes no part.
    @WithDefault("2")
    int workers();

    /// Items that are claimed together.
    @WithDefault("16")
    int chunk();

    /// Sequences of an evaluation that run at once.
    @WithDefault("16")
    int maxSequences();

    /// Longest prompt and answer together, in tokens.
    @WithDefault("2048")
    int maxContext();

    /// Prompt tokens of an evaluation that one step may prefill.
    @WithDefault("256")
    int prefillChunk();

    /// The part of the device's time that evaluations take while completions run.
    @WithDefault("0.2")
    double share();

    /// How often to look for work that other servers left.
    @WithDefault("1s")
    Duration poll();

    /// How often to say that this server lives; after four silent ones others take over.
    @WithDefault("5s")
    Duration heartbeat();

    /// Where evaluations are kept.
    interface DatabaseConfig {
        /// `jdbc:postgresql://..` to share it between servers. Absent: an H2 file in the state
        /// folder.
        Optional<String> url();

        Optional<String> user();

        Optional<String> password();
    }

    default EvaluationOptions options() {
        return new EvaluationOptions(
                gateway().orElseGet(EvaluationsConfig::machine),
                workers(),
                chunk(),
                new EngineShape(maxSequences(), maxContext(), prefillChunk()),
                poll(),
                heartbeat());
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
