package dev.stethos.tiny.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final Architecture MINUTE =
            new Architecture(6, 16, 24, 2, 1, 8, 40, 32, 1e6, 1e4);
    private static final Schedule SCHEDULE = new Schedule(12, 4, 1e-2, 0.1, 0.05, 0.01);
    private static final int ALL = MINUTE.slots().size();

    @TempDir private Path folder;
    private TrainerProgram program;
    private Weights start;

    @BeforeEach
    void open() {
        program = new TrainerProgram(MINUTE);
        start = Weights.initial(MINUTE, 1);
    }

    @AfterEach
    void close() {
        start.close();
        program.close();
    }

    /// Counts upwards from a random number; the loss covers all but the first two tokens.
    private static Sequence counting(long index) {
        SplittableRandom random = new SplittableRandom(index);
        int[] tokens = new int[4 + random.nextInt(8)];
        tokens[0] = random.nextInt(25);
        for (int i = 1; i < tokens.length; i++) {
            tokens[i] = tokens[i - 1] + 1;
        }
        return new Sequence(tokens, 2);
    }

    private Weights train(String file, int trained, int interval, TrainingRun.Listener listener) {
        return new TrainingRun(program, TrainingRunTest::counting, SCHEDULE, trained, null)
                .run(start, folder.resolve(file), "minute", interval, listener);
    }

    private static void assertSameBits(Weights first, Weights second) {
        for (int i = 0; i < ALL; i++) {
            assertThat(first.tensors().get(i).bitEquals(second.tensors().get(i))).isTrue();
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        try (Weights first = train("a", ALL, 100, (step, loss) -> {});
                Weights second = train("b", ALL, 100, (step, loss) -> {})) {
            assertSameBits(first, second);
            assertThat(first.tensors().getFirst().bitEquals(start.tensors().getFirst())).isFalse();
        }
    }

    @Test
    void aResumedRunEndsLikeAnUndisturbedOne() {
        try (Weights undisturbed = train("a", ALL, 100, (step, loss) -> {})) {
            assertThatThrownBy(() ->
                            train(
                                    "b",
                                    ALL,
                                    3,
                                    (step, loss) -> {
                                        if (step == 8) {
                                            throw new IllegalStateException("stopped");
                                        }
                                    }))
                    .hasMessage("stopped");
            int[] steps = {0};
            try (Weights resumed = train("b", ALL, 3, (step, loss) -> steps[0]++)) {
                assertThat(steps[0]).isEqualTo(6);
                assertSameBits(undisturbed, resumed);
            }
        }
    }

    @Test
    void aFinishedRunIsNotRepeated() {
        try (Weights first = train("a", ALL, 100, (step, loss) -> {});
                Weights again =
                        train(
                                "a",
                                ALL,
                                100,
                                (step, loss) -> {
                                    throw new IllegalStateException("trained again");
                                })) {
            assertSameBits(first, again);
        }
    }

    @Test
    void refusesACheckpointOfAnotherRun() throws IOException {
        train("a", ALL, 100, (step, loss) -> {}).close();
        TrainingRun run = new TrainingRun(program, TrainingRunTest::counting, SCHEDULE, ALL, null);
        assertThatThrownBy(
                        () -> run.run(start, folder.resolve("a"), "other", 100, (step, loss) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'minute'")
                .hasMessageContaining("'other'");
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void weightsBehindTheTrainedOnesStayAsTheyAre() {
        int inLayers = MINUTE.weightsInLayers();
        try (Weights trained = train("a", inLayers, 100, (step, loss) -> {})) {
            for (int i = 0; i < ALL; i++) {
                Tensor before = start.tensors().get(i);
                assertThat(trained.tensors().get(i).bitEquals(before)).isEqualTo(i >= inLayers);
            }
        }
    }

    @Test
    void learnsToCount() {
        Schedule longer = new Schedule(120, 8, 1e-2, 0.05, 0.05, 0.01);
        float[] losses = new float[120];
        try (Weights trained =
                new TrainingRun(program, TrainingRunTest::counting, longer, ALL, null)
                        .run(
                                start,
                                folder.resolve("long"),
                                "long",
                                1000,
                                (step, loss) -> losses[step - 1] = loss)) {
            assertThat(losses[119]).isLessThan(losses[0] / 2);
            List<Sequence> some = List.of(counting(5), counting(6), counting(7));
            assertThat(new CrossEntropy(program).mean(trained, some))
                    .isLessThan(new CrossEntropy(program).mean(start, some) / 2);
        }
    }

    @Test
    void paddingDoesNotChangeALoss() {
        CrossEntropy crossEntropy = new CrossEntropy(program);
        Sequence brief = new Sequence(new int[] {3, 4, 5, 6}, 1);
        Sequence lengthy = new Sequence(new int[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 1);
        double together = crossEntropy.mean(start, List.of(brief, lengthy));
        double alone =
                (3 * crossEntropy.mean(start, List.of(brief))
                                + 9 * crossEntropy.mean(start, List.of(lengthy)))
                        / 12;
        assertThat(together).isCloseTo(alone, org.assertj.core.data.Offset.offset(1e-5));
    }
}
