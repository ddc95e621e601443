package dev.stethos.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
