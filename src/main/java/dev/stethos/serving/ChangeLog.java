package dev.stethos.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What happened to the served name, one JSON line each in a file that outlives the process. A line
/// is on disk before [#begin] or [#add] returns; one that was cut short by a crash is passed over. A
/// change that began and has no end is read as interrupted.
final class ChangeLog {
    private static final Logger LOG = Logger.getLogger(ChangeLog.class);
    private static final int KEPT = 1000;
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final Path file;
    private final Deque<ProfileChange> changes = new ArrayDeque<>();

    private ChangeLog(Path file) {
        this.file = file;
    }

    /// The log of a served name in the state folder, made when it is missing.
    static ChangeLog open(Path state, String served) {
        ChangeLog log =
                new ChangeLog(state.resolve("changes-" + served.replace('/', '_') + ".jsonl"));
        try {
            Files.createDirectories(state);
            if (Files.exists(log.file)) {
                log.read();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the history of profile changes", e);
        }
        return log;
    }

    private void read() throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        ProfileChange begun = null;
        for (String line : text.split("\n", -1)) {
            ProfileChange change = line.isBlank() ? null : parsed(line);
            if (change == null) {
                continue;
            }
            boolean begins = change.outcome().equals(ProfileChange.BEGUN);
            if (begins) {
                keepInterrupted(begun);
            } else {
                keep(change);
            }
            begun = begins ? change : null;
        }
        keepInterrupted(begun);
    }

    private static @Nullable ProfileChange parsed(String line) {
        try {
            return JSON.readValue(line, ProfileChange.class);
        } catch (JsonProcessingException e) {
            LOG.warnf(
                    "a line of the history of profile changes cannot be read: %s", e.getMessage());
            return null;
        }
    }

    private void keepInterrupted(@Nullable ProfileChange begun) {
        if (begun != null) {
            keep(begun.ended(ProfileChange.INTERRUPTED, "the process ended before it was made"));
        }
    }

    private void keep(ProfileChange change) {
        changes.addLast(change);
        if (changes.size() > KEPT) {
            changes.removeFirst();
        }
    }

    /// Before anything is done for the change; [#add] tells how it ended.
    synchronized void begin(ProfileChange change) {
        write(change);
    }

    /// What failed is remembered even when it cannot be written.
    synchronized void add(ProfileChange change) {
        boolean made = change.outcome().equals(ProfileChange.ACTIVE);
        if (!made) {
            keep(change);
        }
        write(change);
        if (made) {
            keep(change);
        }
    }

    private void write(ProfileChange change) {
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            long end = out.size();
            String begin = end > 0 && lastByte(out, end) != '\n' ? "\n" : "";
            ByteBuffer line =
                    ByteBuffer.wrap(
                            (begin + JSON.writeValueAsString(change) + "\n")
                                    .getBytes(StandardCharsets.UTF_8));
            out.position(end);
            while (line.hasRemaining()) {
                int _ = out.write(line);
            }
            out.force(true);
        } catch (IOException e) {
            throw new HistoryWriteException(e);
        }
    }

    private static int lastByte(FileChannel file, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        int _ = file.read(last, size - 1);
        return last.get(0);
    }

    /// The newest first.
    synchronized List<ProfileChange> changes() {
        return changes.reversed().stream().toList();
    }

    /// What was active when the last process ended, null when nothing ever changed.
    synchronized ProfileChange.@Nullable Target lastActive() {
        for (ProfileChange change : changes.reversed()) {
            if (change.outcome().equals(ProfileChange.ACTIVE)) {
                return change.to();
            }
        }
        return null;
    }
}
