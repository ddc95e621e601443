package dev.stethos.edit.intake;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Staging folders whose maker was killed. A profile that was out of its place at that moment goes
/// back to it.
public final class Leftovers {
    private static final Pattern NAME =
            Pattern.compile(Pattern.quote(Staging.PREFIX) + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-.{12}");

    /// A folder is made a moment before its lock.
    private static final Duration MOMENT = Duration.ofMinutes(1);

    /// A process must not open the lock files of its own folders: closing one would release it.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private Leftovers() {}

    static void alive(Path folder) {
        OWN.add(folder);
    }

    static void gone(Path folder) {
        OWN.remove(folder);
    }

    /// Deletes them in `parent` and returns how many; one that cannot be deleted stays.
    public static int delete(Path parent) {
        int deleted = 0;
        for (Path folder : candidates(parent)) {
            try {
                if (isDead(folder)) {
                    putBack(folder, parent);
                    Staging.delete(folder);
                    deleted++;
                }
            } catch (IOException e) {
                // Another process was faster, or the store is read-only.
                continue;
            }
        }
        return deleted;
    }

    private static List<Path> candidates(Path parent) {
        try (Stream<Path> entries = Files.list(parent.toRealPath())) {
            return entries.filter(path ->
                            NAME.matcher(String.valueOf(path.getFileName())).matches()
                                    && !OWN.contains(path)
                                    && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isDead(Path folder) throws IOException {
        try (FileChannel lock =
                FileChannel.open(
                        folder.resolve(Staging.LOCK),
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)) {
            return lock.tryLock() != null;
        } catch (NoSuchFileException e) {
            Instant made = Files.getLastModifiedTime(folder).toInstant();
            return made.plus(MOMENT).isBefore(Instant.now());
        }
    }

    private static void putBack(Path folder, Path parent) throws IOException {
        List<Path> taken;
        try (Stream<Path> entries = Files.list(folder)) {
            taken =
                    entries.filter(path ->
                                    String.valueOf(path.getFileName()).startsWith(Staging.OLD))
                            .toList();
        }
        for (Path old : taken) {
            String name = String.valueOf(old.getFileName()).substring(Staging.OLD.length());
            Path place = parent.resolve(name);
            if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                Staging.move(old, place);
            }
        }
    }
}
