package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
    private static final String HASH = "sha256:" + "0".repeat(32) + ":" + "a".repeat(64);
    private static final String GOOD =
            "- {name: \"a\", id: \"0123456789ab\", hash: \"%s\", roles: [app]}".formatted(HASH);

    private final KeyFile file = new KeyFile(Path.of("keys.yaml"));

    private List<ApiKey> parse(String text) {
        return file.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNewKeysLineIsThatKey() {
        Instant end = Instant.parse("2027-01-31T00:00:00Z");
        KeyLimits limits = new KeyLimits(60L, 10_000L);
        NewKey made = NewKey.make("team-a", Set.of(Role.APP, Role.EVALUATOR), limits, end);
        KeyText text = Objects.requireNonNull(KeyText.parse(made.text()));
        assertThat(made.line()).doesNotContain(text.secret());
        assertThat(made.toString()).doesNotContain(text.secret());
        assertThat(text.toString()).doesNotContain(text.secret());

        ApiKey key = parse(made.line() + "\n").getFirst();
        assertThat(key.name()).isEqualTo("team-a");
        assertThat(key.id()).isEqualTo(text.id());
        assertThat(key.hash().matches(text.secret())).isTrue();
        assertThat(key.hash().matches(text.secret().substring(1) + "x")).isFalse();
        assertThat(key.roles()).containsExactlyInAnyOrder(Role.APP, Role.EVALUATOR);
        assertThat(key.limits()).isEqualTo(limits);
        assertThat(key.isValidAt(end.minusSeconds(1))).isTrue();
        assertThat(key.isValidAt(end)).isFalse();
    }

    @Test
    void twoKeysShareNothing() {
        NewKey one = NewKey.make("a", Set.of(Role.APP), KeyLimits.NONE, null);
        NewKey other = NewKey.make("b", Set.of(Role.APP), KeyLimits.NONE, null);
        assertThat(parse(one.line() + "\n" + other.line())).hasSize(2);
        assertThat(one.text()).isNotEqualTo(other.text());
    }

    @Test
    void anEmptyListIsAFileWithoutKeys() {
        assertThat(parse("[]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: \"a\"|name: \"a b\"|key 2: name",
                "name: \"a\"|nome: \"a\"|key 2: a field is unknown",
                "id: \"0123456789ab\"|id: \"0123456789aZ\"|key 2: id",
                "id: \"0123456789ab\"|id: 123456789012|key 2: id",
                "sha256:|md5:|key 2: hash",
                "roles: [app]|roles: [root]|key 2: role: 'root'",
                "roles: [app]|roles: []|key 2: roles",
                "roles: [app]|requests-per-minute: 1|key 2: roles",
                "roles: [app]|roles: [app], tokens-per-minute: 0|key 2: tokens-per-minute: 0",
                "roles: [app]|roles: [app], tokens-per-minute: 1.5|key 2: tokens-per-minute",
                "roles: [app]|roles: [app], expires: \"soon\"|key 2: expires",
            })
    void aWrongEntryIsNamed(String good, String bad, String named) {
        assertThat(GOOD).contains(good);
        String first = GOOD.replace("\"a\"", "\"first\"").replace("0123", "4567");
        assertThatThrownBy(() -> parse(first + "\n" + GOOD.replace(good, bad)))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("keys.yaml")
                .hasMessageContaining(named)
                .hasMessageNotContaining("a".repeat(64));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''|no list", "a: 1|no list", "- [|not YAML", "- 3|key 1"})
    void whatIsNoListOfKeysIsRefused(String text, String named) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining(named);
    }

    @Test
    void aNameOrIdStandsOnce() {
        assertThatThrownBy(() -> parse(GOOD + "\n" + GOOD)).hasMessageContaining("twice");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(file::bytes)
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("keys.yaml");
    }
}
