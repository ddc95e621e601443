package dev.stethos.lab.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.TinyModel;
import dev.stethos.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidualPassTest {
    private static final Hookpoint FIRST = Hookpoint.residual(0);
    private static final Hookpoint INNER = new Hookpoint(1, Site.MLP_OUT);
    private static final Hookpoint LAST = Hookpoint.residual(2);

    @TempDir private Path folder;
    private Gemma3Model model;
    private ActivationCollector collector;
    private final List<Document> documents = new ArrayList<>();

    @BeforeEach
    void open() {
        model = TinyModel.load(folder.resolve("model"));
        collector = new ActivationCollector(model, 24);
        Random random = new Random(5);
        for (int length : new int[] {7, 12, 3, 20, 20, 9}) {
            documents.add(
                    new Document(
                            "of " + length,
                            random.ints(length, 0, TinyModel.VOCABULARY).toArray(),
                            IntStream.range(1, length).toArray()));
        }
    }

    @AfterEach
    void close() {
        collector.close();
        model.close();
    }

    private static List<float[]> values(Stream<DocumentActivations> found, Hookpoint at) {
        return found.map(document -> document.at(at).values()).toList();
    }

    private List<float[]> atOnce(Revision revision, Hookpoint at) {
        return values(collector.collect(revision, documents, Set.of(FIRST, INNER, LAST)), at);
    }

    private static void assertSame(List<float[]> found, List<float[]> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).isEqualTo(expected.get(i));
        }
    }

    @Test
    void layerByLayerGivesTheBitsOfAllAtOnce() {
        List<float[]> first = atOnce(model.base(), FIRST);
        long tensors = Tensor.liveCount();
        try (ResidualPass pass = new ResidualPass(collector, model.base(), documents, folder)) {
            assertSame(values(pass.advance(Set.of(FIRST)), FIRST), first);
            assertThat(pass.layer()).isEqualTo(1);
            assertSame(values(pass.advance(Set.of(INNER)), INNER), atOnce(model.base(), INNER));
            assertSame(values(pass.advance(Set.of(LAST)), LAST), atOnce(model.base(), LAST));
        }
        assertThat(Tensor.liveCount()).isEqualTo(tensors);
    }

    @Test
    void anotherRevisionGoesOnFromWhereTheLayersAreTheSame() {
        try (Revision edited = TinyModel.edited(model);
                ResidualPass pass = new ResidualPass(collector, model.base(), documents, folder)) {
            pass.advanceTo(1);
            assertSame(values(pass.listen(edited, Set.of(LAST)), LAST), atOnce(edited, LAST));
            assertThat(pass.layer()).isEqualTo(1);
            assertSame(
                    values(pass.listen(model.base(), Set.of(LAST)), LAST),
                    atOnce(model.base(), LAST));
        }
    }

    @Test
    void leavesNoFile() throws IOException {
        Path scratch = folder.resolve("scratch");
        try (ResidualPass pass = new ResidualPass(collector, model.base(), documents, scratch)) {
            pass.advanceTo(2);
            try (Stream<Path> files = Files.walk(scratch)) {
                assertThat(files.filter(Files::isRegularFile)).hasSize(5);
            }
        }
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void refusesLayersThatItHasPassed() {
        try (ResidualPass pass = new ResidualPass(collector, model.base(), documents, folder)) {
            pass.advanceTo(2);
            assertThatThrownBy(() -> pass.advance(Set.of(INNER)))
                    .hasMessage("hookpoints [mlp_out.1], allowed are one or more from layer 2 on");
        }
    }
}
