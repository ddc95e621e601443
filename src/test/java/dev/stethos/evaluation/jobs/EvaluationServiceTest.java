package dev.stethos.evaluation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbRun;
import dev.stethos.evaluation.SampledItem;
import dev.stethos.evaluation.jobs.EvaluationModels.OpenArms;
import dev.stethos.evaluation.jobs.storage.AnswerStore;
import dev.stethos.evaluation.jobs.storage.Database;
import dev.stethos.evaluation.jobs.storage.DatabaseOptions;
import dev.stethos.evaluation.jobs.storage.Databases;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.EngineShape;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.Promotion;
import dev.stethos.evaluation.jobs.storage.PromotionRule;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.evaluation.report.EvaluationReport;
import dev.stethos.evaluation.report.SampleScores;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.evaluation.suite.SuiteException;
import dev.stethos.serving.UnknownModelException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationServiceTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EACH = 4;
    private static final int ITEMS = 7 * EACH;

    @ParameterizedTest
    @EnumSource
    void reportsWhatOneRunOverTheSameItemsReports(Databases databases) {
        try (EvaluationService service = open(databases.get(), new FakeModels(), "a")) {
            StoredEvaluation made = service.create(order(1, 0), null);
            StoredEvaluation done = await(service, made.id(), EvaluationStatus.COMPLETED);
            AbReport report = service.report(done).comparison();
            assertThat(report.json()).isEqualTo(oneRun(done).json());
            assertThat(report.overall().n()).isEqualTo(ITEMS);
            assertThat(service.progress(done).note()).isNull();
            assertThat(service.graded()).isEqualTo(ITEMS);
            await(() -> service.running() == 0);
            assertThat(report.controlText()).isNotNull();
            assertThat(done.startedAt()).isAfterOrEqualTo(done.createdAt());
            assertThat(done.finishedAt()).isAfterOrEqualTo(done.startedAt());
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAfterAProcessEndedWithoutAskingAgain(Databases databases) {
        DatabaseOptions database = databases.get();
        FakeModels first = new FakeModels().answering(40);
        String id;
        try (EvaluationService service = open(database, first, "a")) {
            id = service.create(order(1, 0), null).id();
            await(() -> service.progress(found(service, id)).done() >= 10);
            EvaluationProgress look = service.progress(found(service, id));
            assertThat(look.peeking()).isTrue();
            assertThat(look.note()).contains("interim look", "no test result");
        }
        int kept = kept(database, id);
        FakeModels second = new FakeModels();
        try (EvaluationService service = open(database, second, "a")) {
            StoredEvaluation done = await(service, id, EvaluationStatus.COMPLETED);
            assertThat(second.asked()).hasSize(2 * (ITEMS - kept)).doesNotHaveDuplicates();
            assertThat(service.report(done).comparison().json()).isEqualTo(oneRun(done).json());
        }
    }

    @Test
    void gradesEachItemOnceThoughOneOfTwoGatewaysStopsAtRandom() {
        DatabaseOptions database = Databases.POSTGRESQL.get();
        FakeModels stopped = new FakeModels().pausing(Duration.ofMillis(2));
        FakeModels other = new FakeModels().pausing(Duration.ofMillis(4));
        EvaluationService first = open(database, stopped, "a");
        try (EvaluationService second = open(database, other, "b")) {
            StoredEvaluation made = first.create(order(2, 0.7), null);
            int enough = new Random().nextInt(5, ITEMS - 8);
            await(() -> first.progress(found(first, made.id())).items() >= enough);
            first.close();
            StoredEvaluation done = await(second, made.id(), EvaluationStatus.COMPLETED);
            assertThat(stopped.asked()).isNotEmpty();
            assertThat(other.asked()).isNotEmpty().doesNotHaveDuplicates();
            List<SampledItem> items = second.items(done, 0, ITEMS);
            assertThat(items).hasSize(ITEMS).allMatch(item -> item.answers().size() == 4);
            assertThat(json(second.report(done)))
                    .isEqualTo(json(undisturbed(order(2, 0.7), made.id())));
        }
    }

    @Test
    void gatewaysWithAnotherBaseOrRevisionTakeNoPart() {
        DatabaseOptions database = Databases.POSTGRESQL.get();
        FakeModels otherBase =
                new FakeModels("b1", Map.of("m:base", "r0", "m:better", "r1", "m:worse", "r2"));
        FakeModels otherProfile =
                new FakeModels("b0", Map.of("m:base", "r0", "m:better", "r9", "m:worse", "r2"));
        FakeModels same = new FakeModels().pausing(Duration.ofMillis(1));
        try (EvaluationService first = open(database, otherBase, "a");
                EvaluationService second = open(database, otherProfile, "b");
                EvaluationService third = open(database, same, "c")) {
            StoredEvaluation made = third.create(order(1, 0), null);
            await(third, made.id(), EvaluationStatus.COMPLETED);
            assertThat(otherBase.asked()).isEmpty();
            assertThat(otherProfile.asked()).isEmpty();
            assertThat(same.asked()).hasSize(2 * ITEMS);
            assertThat(first.find(made.id())).isPresent();
            assertThat(second.find(made.id())).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void samplesDifferAndRepeat(Databases databases) {
        try (EvaluationService service = open(databases.get(), new FakeModels(), "a")) {
            StoredEvaluation made = service.create(order(4, 0.7), null);
            StoredEvaluation done = await(service, made.id(), EvaluationStatus.COMPLETED);
            assertThat(json(service.report(done)))
                    .isEqualTo(json(undisturbed(order(4, 0.7), made.id())));
            assertThat(service.report(done).comparison().json()).isEqualTo(oneRun(done).json());
            SampleScores scores = service.report(done).sampled().candidate();
            assertThat(scores.passAt().keySet()).containsExactly(1, 2, 4);
            assertThat(scores.passAt().get(1)).isCloseTo(scores.mean(), within());
            assertThat(scores.passAt().get(4)).isGreaterThan(scores.passAt().get(1));
            assertThat(new HashSet<>(service.items(done, 0, ITEMS).getFirst().answers()))
                    .hasSize(8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsBeforeItsTime(Databases databases) {
        try (EvaluationService service =
                open(databases.get(), new FakeModels().answering(20), "a")) {
            StoredEvaluation made = service.create(order(1, 0), null);
            await(() -> service.progress(found(service, made.id())).items() >= 5);
            assertThat(service.cancel(made.id())).isTrue();
            assertThat(service.cancel(made.id())).isFalse();
            assertThat(found(service, made.id()).status()).isEqualTo(EvaluationStatus.CANCELLED);
            assertThat(service.items(made, 0, ITEMS))
                    .anyMatch(item -> item.answers().size() == 2)
                    .allMatch(item -> item.answers().isEmpty() || item.answers().size() == 2);
            assertThat(service.delete(made.id())).isTrue();
            assertThat(service.find(made.id())).isEmpty();
            assertThat(service.delete(made.id())).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void promotesWhatImprovesAndSaysWhatStoppedTheRest(Databases databases) {
        FakeModels models = new FakeModels();
        try (EvaluationService service = open(databases.get(), models, "a")) {
            Promotion wanted =
                    new Promotion(
                            new PromotionRule(1, 0, 1),
                            "me",
                            "a",
                            Promotion.Outcome.PENDING,
                            List.of());
            String worse = service.create(all("m:worse"), wanted).id();
            await(() -> decided(service, worse));
            assertThat(service.promotion(worse).orElseThrow().outcome())
                    .isEqualTo(Promotion.Outcome.REFUSED);
            assertThat(service.promotion(worse).orElseThrow().reasons())
                    .anyMatch(reason -> reason.startsWith("algebra: degraded by"));
            assertThat(models.active()).isEqualTo("r0");
            String better = service.create(all("m:better"), wanted).id();
            await(() -> decided(service, better));
            assertThat(service.promotion(better).orElseThrow().outcome())
                    .isEqualTo(Promotion.Outcome.PROMOTED);
            assertThat(models.active()).isEqualTo("r1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void furtherSuitesHaveAPartOfTheirOwn(Databases databases) {
        EvaluationOrder order =
                new EvaluationOrder(
                        "tiny-math",
                        List.of("tiny-math"),
                        "m:base",
                        "m:better",
                        List.of("number_theory"),
                        EACH,
                        5,
                        1,
                        0,
                        0,
                        false);
        try (EvaluationService service = open(databases.get(), new FakeModels(), "a")) {
            StoredEvaluation made = service.create(order, null);
            StoredEvaluation done = await(service, made.id(), EvaluationStatus.COMPLETED);
            EvaluationReport report = service.report(done);
            assertThat(report.comparison().overall().n()).isEqualTo(EACH);
            assertThat(report.comparison().controlText().documents()).isEqualTo(5);
            AbReport other = report.also().getFirst().comparison();
            AbReport alone = oneRun(done);
            assertThat(other.overall()).isEqualTo(alone.overall());
            assertThat(other.subjects()).isEqualTo(alone.subjects());
            assertThat(other.controlText()).isNull();
            assertThat(service.items(done, EACH, done.items())).hasSize(ITEMS);
            EvaluationProgress progress = service.progress(done);
            assertThat(progress.items()).isEqualTo(EACH);
            assertThat(progress.done()).isEqualTo(EACH + ITEMS + 5).isEqualTo(progress.total());
        }
    }

    @Test
    void anotherSuitesDegradedSubjectStopsAPromotion() {
        FakeModels models = new FakeModels();
        EvaluationOrder order =
                new EvaluationOrder(
                        "tiny-math",
                        List.of("tiny-math"),
                        "m:base",
                        "m:worse",
                        List.of("algebra"),
                        40,
                        5,
                        1,
                        0,
                        0,
                        false);
        Promotion lenient =
                new Promotion(
                        new PromotionRule(0, 1, 1),
                        "me",
                        "a",
                        Promotion.Outcome.PENDING,
                        List.of());
        try (EvaluationService service = open(Databases.H2.get(), models, "a")) {
            String id = service.create(order, lenient).id();
            await(() -> decided(service, id));
            assertThat(service.promotion(id).orElseThrow().reasons())
                    .anyMatch(reason -> reason.startsWith("algebra: degraded by"))
                    .anyMatch(reason -> reason.startsWith("tiny-math/prealgebra: degraded by"));
            assertThat(models.active()).isEqualTo("r0");
        }
    }

    @Test
    void refusesWhatIsNotThereNamingWhatIs() {
        try (EvaluationService service = open(Databases.H2.get(), new FakeModels(), "a")) {
            assertThatThrownBy(() -> service.create(named("none", "m:better"), null))
                    .isInstanceOf(SuiteException.class)
                    .hasMessageContaining("tiny-math");
            assertThatThrownBy(() -> service.create(named("tiny-math", "m:none"), null))
                    .isInstanceOf(UnknownModelException.class);
            assertThatThrownBy(() -> service.create(order(2, 0), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("samples: 2 was given, allowed is 1");
            assertThat(service.list(10)).isEmpty();
        }
    }

    /// How many items are graded, by a look at the rows.
    private static int kept(DatabaseOptions options, String id) {
        try (Database database = Database.open(options)) {
            return new AnswerStore(database).marks(id).size() / 2;
        }
    }

    private static boolean decided(EvaluationService service, String id) {
        return service.promotion(id).orElseThrow().outcome() != Promotion.Outcome.PENDING;
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

    private static EvaluationOrder order(int samples, double temperature) {
        return new EvaluationOrder(
                "tiny-math",
                List.of(),
                "m:base",
                "m:better",
                List.of(),
                EACH,
                20,
                samples,
                temperature,
                11,
                false);
    }

    private static EvaluationOrder named(String suite, String candidate) {
        return new EvaluationOrder(
                suite, List.of(), "m:base", candidate, List.of(), EACH, 20, 1, 0, 0, false);
    }

    private static EvaluationOrder all(String candidate) {
        return new EvaluationOrder(
                "tiny-math",
                List.of(),
                "m:base",
                candidate,
                List.of("number_theory", "algebra"),
                40,
                20,
                1,
                0,
                0,
                false);
    }

    /// The same comparison without a database.
    private static AbReport oneRun(StoredEvaluation evaluation) {
        Suite suite = Suite.named("tiny-math");
        OpenArms arms = new FakeModels().open(evaluation.definition());
        return new AbRun(
                        suite,
                        arms.text(suite),
                        arms.baseline(),
                        arms.candidate(),
                        evaluation.definition().draws())
                .run(
                        suite.problems(List.of(), EACH),
                        suite.controlDocuments().subList(0, 20),
                        false,
                        item -> {});
    }

    /// The report of a run that nothing stops, under the other run's id.
    private static EvaluationReport undisturbed(EvaluationOrder order, String id) {
        try (EvaluationService service = open(Databases.H2.get(), new FakeModels(), "a")) {
            StoredEvaluation made = service.create(order, null);
            EvaluationReport report =
                    service.report(await(service, made.id(), EvaluationStatus.COMPLETED));
            return new EvaluationReport(
                    id,
                    report.seed(),
                    report.samples(),
                    report.temperature(),
                    report.comparison(),
                    report.sampled(),
                    report.also());
        }
    }

    private static String json(EvaluationReport report) {
        try {
            return JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StoredEvaluation found(EvaluationService service, String id) {
        return service.find(id).orElseThrow();
    }

    private static StoredEvaluation await(
            EvaluationService service, String id, EvaluationStatus status) {
        await(() -> !found(service, id).status().isOpen());
        StoredEvaluation ended = found(service, id);
        assertThat(ended.status()).as(ended.error()).isEqualTo(status);
        return ended;
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.api.Assertions.within(1e-12);
    }
}
