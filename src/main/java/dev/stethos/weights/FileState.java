package dev.stethos.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// What the file system says about a file's content without reading it: which file it is, how long,
/// and when it was last changed. Equal states that are settled mean equal content; the path plays
/// no part, so that a renamed file keeps its state.
///
/// @param key the file's own, whatever its name; it outlives the process
/// @param size in bytes
/// @param modified nanoseconds since the epoch
/// @param changed as `modified`, but no program can set it back; the same where there is none
public record FileState(String key, long size, long modified, long changed) {
    /// Coarser than the clock of any file system that is not decades old.
    private static final Duration TICK = Duration.ofSeconds(2);

    public static FileState of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        boolean unix = Files.getFileStore(file).supportsFileAttributeView("unix");
        FileTime changed =
                unix
                        ? (FileTime) Files.getAttribute(file, "unix:ctime")
                        : attributes.lastModifiedTime();
        return new FileState(
                String.valueOf(unix ? Files.getAttribute(file, "unix:ino") : file.toRealPath()),
                attributes.size(),
                attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                changed.to(TimeUnit.NANOSECONDS));
    }

    /// False while another change could still carry the same times.
    public boolean isSettled(Instant now) {
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        long age = nanos - Math.max(modified, changed);
        return age > TICK.toNanos();
    }
}
