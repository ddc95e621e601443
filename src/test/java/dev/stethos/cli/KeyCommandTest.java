package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyCommandTest {
    @Test
    void tellsTheKeyOnceAndItsLineForTheFile() {
        Commands made =
                Commands.stethos(
                        "key",
                        "create",
                        "--name",
                        "team-a",
                        "--role",
                        "app,evaluator",
                        "--requests-per-minute",
                        "60",
                        "--tokens-per-minute",
                        "10000",
                        "--days",
                        "1");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.err().strip()).matches("sk-stethos-[0-9a-f]{12}-[A-Za-z0-9_-]{43}");
        String id = made.err().substring(11, 23);
        String secret = made.err().strip().substring(24);
        assertThat(made.out())
                .startsWith("- {name: \"team-a\", id: \"" + id + "\", hash: \"sha256:")
                .contains("roles: [app, evaluator], requests-per-minute: 60")
                .contains("tokens-per-minute: 10000, expires: \"")
                .hasLineCount(1)
                .doesNotContain(secret);
    }

    @Test
    void refusesWhatNoKeyCanHave() {
        refused("roles", "--name", "a", "--role", "root");
        refused("name", "--name", "a b", "--role", "app");
        refused("days", "--name", "a", "--role", "app", "--days", "0");
        refused("tokens-per-minute", "--name", "a", "--role", "app", "--tokens-per-minute", "-1");
        assertThat(Commands.stethos("key").exitCode()).isEqualTo(2);
    }

    private static void refused(String named, String... options) {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "key";
        arguments[1] = "create";
        System.arraycopy(options, 0, arguments, 2, options.length);
        Commands made = Commands.stethos(arguments);
        assertThat(made.exitCode()).isEqualTo(2);
        assertThat(made.err()).contains(named.equals("roles") ? "root" : named);
        assertThat(made.out()).isEmpty();
    }
}
