package dev.stethos.evaluation.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.jobs.storage.AnswerStore;
import dev.stethos.evaluation.jobs.storage.Database;
import dev.stethos.evaluation.jobs.storage.DatabaseOptions;
import dev.stethos.evaluation.jobs.storage.Databases;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.EngineShape;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed in the middle of an evaluation; the next one ends it with the numbers that
/// an undisturbed one has, and asks nothing again that was kept.
class KilledProcessTest {
    private static final EvaluationOrder ORDER =
            new EvaluationOrder(
                    "tiny-math", List.of(), "m:base", "m:better", List.of(), 4, 20, 1, 0, 0, false);
    private static final int ITEMS = 28;
    private static final int COMMITTED = 3;

    /// The process that is killed: evaluates in the given database and tells how many items it has
    /// committed. (Progress would tell more: others see a commit before the file has it.)
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            FakeModels slow = new FakeModels().pausing(Duration.ofMillis(50));
            EvaluationService service = open(database(arguments), slow, "a");
            StoredEvaluation made = service.create(ORDER, null);
            System.out.println("id " + made.id());
            while (true) {
                System.out.println("items " + service.graded());
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    /// A folder, or a PostgreSQL database's address, user and password.
    private static DatabaseOptions database(String... given) {
        return given.length == 1
                ? DatabaseOptions.file(Path.of(given[0]))
                : new DatabaseOptions(given[0], given[1], given[2]);
    }

    @Test
    void aLivingGatewayTakesOverFromAKilledOne() throws IOException {
        DatabaseOptions shared = Databases.POSTGRESQL.get();
        String id = evaluateAndKill(shared.url(), shared.user(), shared.password());
        FakeModels models = new FakeModels();
        try (EvaluationService living = open(shared, models, "b");
                EvaluationService undisturbed = open(Databases.H2.get(), new FakeModels(), "c")) {
            StoredEvaluation first = undisturbed.create(ORDER, null);
            EvaluationServiceTest.await(() -> completed(living, id));
            EvaluationServiceTest.await(() -> completed(undisturbed, first.id()));
            assertThat(models.asked()).doesNotHaveDuplicates().hasSizeLessThan(2 * ITEMS);
            assertThat(living.report(living.find(id).orElseThrow()).comparison().json())
                    .isEqualTo(undisturbed.report(first).comparison().json());
        }
    }

    @Test
    void endsWithTheSameNumbersAfterAKill(@TempDir Path folder) throws IOException {
        String id = evaluateAndKill(folder.toString());
        DatabaseOptions file = DatabaseOptions.file(folder);
        int kept;
        try (Database database = Database.open(file)) {
            kept = new AnswerStore(database).marks(id).size() / 2;
        }
        assertThat(kept).isBetween(COMMITTED, ITEMS - 1);
        FakeModels models = new FakeModels();
        FakeModels others = new FakeModels();
        try (EvaluationService resumed = open(file, models, "a");
                EvaluationService undisturbed = open(Databases.H2.get(), others, "a")) {
            StoredEvaluation first = undisturbed.create(ORDER, null);
            EvaluationServiceTest.await(() -> completed(resumed, id));
            EvaluationServiceTest.await(() -> completed(undisturbed, first.id()));
            assertThat(models.asked()).hasSize(2 * (ITEMS - kept));
            assertThat(resumed.report(resumed.find(id).orElseThrow()).comparison().json())
                    .isEqualTo(undisturbed.report(first).comparison().json());
        }
    }

    private static String evaluateAndKill(String... database) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName()));
        command.addAll(List.of(database));
        Process victim =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String id = "";
        try (BufferedReader lines = victim.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.matches("items ([3-9]|1.)")) {
                if (line.startsWith("id ")) {
                    id = line.substring(3);
                }
                line = lines.readLine();
            }
        } finally {
            victim.destroyForcibly();
        }
        assertThat(id).isNotEmpty();
        victim.onExit().join();
        return id;
    }

    private static boolean completed(EvaluationService service, String id) {
        return service.find(id).orElseThrow().status() == EvaluationStatus.COMPLETED;
    }

    private static EvaluationService open(
            DatabaseOptions database, FakeModels models, String gateway) {
        return EvaluationService.open(
                database,
                models,
                new EvaluationOptions(
                        gateway,
                        2,
                        8,
                        new EngineShape(4, 64, 16),
                        Duration.ofMillis(50),
                        Duration.ofMillis(500)));
    }
}
