package dev.stethos.cli;

import dev.stethos.security.KeyLimits;
import dev.stethos.security.NewKey;
import dev.stethos.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos key create`: a new API key. The line for the keys file goes to standard output, where
/// `>>` can take it; the key itself, which is nowhere else, to standard error.
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Make an API key.",
            "Standard output gets the line for the keys file (stethos.security.keys), standard error the key, once."
        })
final class KeyCreateCommand implements Callable<Integer> {
    private static final long MOST_DAYS = 36_500;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "Its holder's name, for the history and the log.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "app|evaluator|admin",
            required = true,
            split = ",",
            description =
                    "What it is for: app asks the models, evaluator runs evaluations, admin may do everything.")
    private List<String> roles = List.of();

    @Option(names = "--requests-per-minute", paramLabel = "N", description = "Default: any number.")
    private @Nullable Long requestsPerMinute;

    @Option(
            names = "--tokens-per-minute",
            paramLabel = "N",
            description = "Tokens read and made for completions. Default: any number.")
    private @Nullable Long tokensPerMinute;

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "For how many days it is valid. Default: for ever.")
    private @Nullable Long days;

    @Override
    public Integer call() {
        Set<Role> wanted = EnumSet.noneOf(Role.class);
        roles.forEach(role -> wanted.add(Role.of(role)));
        NewKey key =
                NewKey.make(
                        name,
                        wanted,
                        new KeyLimits(requestsPerMinute, tokensPerMinute),
                        days == null ? null : end(days));
        spec.commandLine().getErr().println(key.text());
        spec.commandLine().getOut().println(key.line());
        return 0;
    }

    private static Instant end(long days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new IllegalArgumentException(
                    "--days: %d was given, allowed is 1 to %d".formatted(days, MOST_DAYS));
        }
        return Instant.now().plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS);
    }
}
