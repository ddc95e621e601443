package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RankingsTest {
    @TempDir private Path folder;

    /// Layers 1 to 3 have the highest z that the draws can show.
    @Test
    void layersOfTheSameZGoByTheScoreItself() throws IOException {
        Path file = folder.resolve("diagnosis.json");
        Files.writeString(
                file,
                "{\"candidates\": {\"A\": {\"layers\": {"
                        + "\"0\": {\"z\": 9, \"score\": 0.9}, \"1\": {\"z\": 100, \"score\": 0.1},"
                        + "\"2\": {\"z\": 100, \"score\": 0.3}, \"3\": {\"z\": 100, \"score\": 0.2}}}},"
                        + " \"controls\": {\"depth\": {\"0\": 0, \"3\": 3}}}");
        List<Ranking> rankings = Rankings.read(file);
        assertThat(rankings).extracting(Ranking::name).containsExactly("A", "depth");
        assertThat(rankings).extracting(Ranking::learned).containsExactly(true, false);
        assertThat(rankings.getFirst().top(2)).containsExactly(2, 3);
        assertThat(rankings.getFirst().bottom(2)).containsExactly(0, 1);
        assertThat(rankings.getLast().top(1)).containsExactly(3);
    }
}
