package dev.stethos.evaluation.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Where a suite's items or text lie: in this build, or on disk.
public sealed interface Source {

    record Resource(String path) implements Source {
        @Override
        public String toString() {
            return path;
        }
    }

    /// A file; for items also a folder with one file, or one folder, for each subject.
    record Local(Path path) implements Source {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// The bytes of the resource or file; [SuiteException] when there is none.
    default InputStream open() {
        return switch (this) {
            case Resource resource -> {
                ClassLoader loader = Objects.requireNonNull(Source.class.getClassLoader());
                InputStream in = loader.getResourceAsStream(resource.path());
                if (in == null) {
                    throw new SuiteException(
                            "resource " + resource.path() + ": it is not in this build");
                }
                yield in;
            }
            case Local local -> {
                try {
                    yield Files.newInputStream(local.path());
                } catch (IOException e) {
                    throw new SuiteException(
                            local.path() + ": a file that can be read is needed here", e);
                }
            }
        };
    }
}
