package dev.stethos.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// The Dockerfile copies what exists once the jar is built, and drops root.
class ContainerImageIT {

    private static List<String> instructions() throws Exception {
        List<String> all = new ArrayList<>();
        for (String line :
                Files.readString(Path.of("Dockerfile")).replace("\\\n", " ").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                all.add(line.strip().replaceAll(" +", " "));
            }
        }
        return all;
    }

    @Test
    void everythingThatIsCopiedExists() throws Exception {
        Set<String> copied = new TreeSet<>();
        for (String line : instructions()) {
            if (line.startsWith("COPY ") && !line.contains("--from=libtorch")) {
                String[] words =
                        line.replace("--from=jar ", "").replace("/build/", "").split(" ", -1);
                for (int i = 1; i < words.length - 1; i++) {
                    copied.add(words[i]);
                }
            }
        }
        assertThat(copied)
                .contains("target/stethos-runner.jar", "target/lib", "stethos", "pom.xml");
        for (String path : copied) {
            assertThat(Path.of(path)).exists();
        }
        assertThat(Files.isExecutable(Path.of("stethos"))).isTrue();
    }

    /// What the image's own file system must hold, because nothing can be unpacked into it later.
    @Test
    void theJarsHoldTheLibraryThatTheCudaStageUnpacks() throws Exception {
        String entry = "jnilib/linux-x86_64/cu128/libdjl_torch.so";
        String name = "ai.djl.pytorch.pytorch-jni-*.jar";
        assertThat(instructions())
                .anyMatch(line -> line.contains("target/lib/" + name + " " + entry));
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(Path.of("target", "lib"), name)) {
            found.forEach(jars::add);
        }
        assertThat(jars).hasSize(1);
        try (ZipFile jar = new ZipFile(jars.getFirst().toFile())) {
            assertThat(jar.getEntry(entry)).isNotNull();
        }
    }

    @Test
    void bothTargetsEndWithoutRoot() throws Exception {
        List<String> stages =
                instructions().stream().filter(line -> line.startsWith("FROM ")).toList();
        assertThat(stages).anyMatch(line -> line.endsWith(" AS cpu"));
        assertThat(stages.getLast()).isEqualTo("FROM cpu AS cuda");
        assertThat(instructions().stream().filter(line -> line.startsWith("USER ")))
                .containsExactly("USER 65532:65532");
        assertThat(instructions()).anyMatch(line -> line.startsWith("HEALTHCHECK "));
    }

    @Test
    void theLauncherKnowsTheCommandsThatTheImageRuns() throws Exception {
        assertThat(Files.readString(Path.of("stethos"))).contains("\n  record)\n");
    }
}
