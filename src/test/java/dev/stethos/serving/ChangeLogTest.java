package dev.stethos.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.stethos.serving.ProfileChange.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogTest {
    @TempDir private Path state;

    private ChangeLog open() {
        return ChangeLog.open(state, "m");
    }

    private static ProfileChange change(String to, String outcome, @Nullable String reason) {
        return new ProfileChange(
                "2026-01-01T00:00:00Z",
                "me",
                new Target("base", null, "r0"),
                new Target(to, 0.5, outcome.equals(ProfileChange.ACTIVE) ? "r-" + to : null),
                7,
                outcome,
                reason);
    }

    private static ProfileChange begun(String to) {
        return change(to, ProfileChange.BEGUN, null);
    }

    private static ProfileChange made(String to) {
        return change(to, ProfileChange.ACTIVE, null);
    }

    @Test
    void tellsEveryChangeOnceTheNewestFirst() {
        ChangeLog log = open();
        log.begin(begun("a"));
        log.add(made("a"));
        log.begin(begun("b"));
        log.add(change("b", ProfileChange.FAILED, "no"));
        assertThat(log.changes())
                .containsExactly(change("b", ProfileChange.FAILED, "no"), made("a"));
        assertThat(open().changes()).isEqualTo(log.changes());
        assertThat(open().lastActive()).isEqualTo(made("a").to());
    }

    @Test
    void whatBeganAndNeverEndedIsInterrupted() throws IOException {
        ChangeLog log = open();
        log.begin(begun("a"));
        log.add(made("a"));
        log.begin(begun("b"));
        ChangeLog next = open();
        ProfileChange interrupted =
                change("b", ProfileChange.INTERRUPTED, "the process ended before it was made");
        assertThat(next.changes()).containsExactly(interrupted, made("a"));
        assertThat(next.lastActive()).isEqualTo(made("a").to());
        next.begin(begun("c"));
        Path file = state.resolve("changes-m.jsonl");
        Files.writeString(file, Files.readString(file) + "{\"time\":\"cut");
        assertThat(open().changes())
                .extracting(change -> change.to().profile(), ProfileChange::outcome)
                .containsExactly(
                        tuple("c", ProfileChange.INTERRUPTED),
                        tuple("b", ProfileChange.INTERRUPTED),
                        tuple("a", ProfileChange.ACTIVE));
    }

    /// The system's own refusal of a write, as a full disk gives it.
    @Test
    void aChangeThatCannotBeWrittenIsNoneThatWasMade() throws IOException {
        ChangeLog log = open();
        log.begin(begun("a"));
        log.add(made("a"));
        Path file = state.resolve("changes-m.jsonl");
        Path kept = Files.move(file, state.resolve("kept"));
        Path _ = Files.createSymbolicLink(file, Path.of("/dev/full"));
        assertThatThrownBy(() -> log.begin(begun("b")))
                .isInstanceOf(HistoryWriteException.class)
                .hasMessage(
                        "the history of profile changes cannot be written: No space left on device");
        assertThatThrownBy(() -> log.add(made("b"))).isInstanceOf(HistoryWriteException.class);
        assertThat(log.changes()).containsExactly(made("a"));
        ProfileChange failed = change("b", ProfileChange.FAILED, "no space");
        assertThatThrownBy(() -> log.add(failed)).isInstanceOf(HistoryWriteException.class);
        assertThat(log.changes()).containsExactly(failed, made("a"));
        Path _ = Files.move(kept, file, StandardCopyOption.REPLACE_EXISTING);
        log.add(made("c"));
        assertThat(Objects.requireNonNull(open().lastActive()).profile()).isEqualTo("c");
    }
}
