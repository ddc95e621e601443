package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.SampledItem;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.jobs.storage.AnswerStore;
import dev.stethos.evaluation.jobs.storage.Database;
import dev.stethos.evaluation.jobs.storage.DatabaseOptions;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.FurtherSuite;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.EvaluationStore;
import dev.stethos.evaluation.jobs.storage.Promotion;
import dev.stethos.evaluation.jobs.storage.StorageException;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.evaluation.report.EvaluationReport;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Evaluations over one database: made, worked on here and on other gateways, looked at, ended.
/// What was open when a process ended goes on when the next one opens. Safe from any thread.
public final class EvaluationService implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EvaluationService.class);
    private static final long LOOK_MILLIS = 500;

    private final Database database;
    private final EvaluationModels models;
    private final EvaluationOptions options;
    private final EvaluationStore store;
    private final AnswerStore answers;
    private final OpenEvaluations open;
    private final ChunkWorker worker;
    private final ChunkQueue queue;
    private final ScheduledExecutorService caretaker;

    private EvaluationService(
            Database database, EvaluationModels models, EvaluationOptions options) {
        this.database = database;
        this.models = models;
        this.options = options;
        store = new EvaluationStore(database);
        answers = new AnswerStore(database);
        open = new OpenEvaluations(models);
        worker = new ChunkWorker(store, answers, open, this::completed);
        queue =
                new ChunkQueue(
                        database,
                        models.base(),
                        options,
                        worker::work,
                        this::decide,
                        (id, reason) -> {
                            boolean _ = store.end(id, EvaluationStatus.FAILED, reason);
                        });
        caretaker =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("stethos-evaluations").factory());
    }

    /// Opens the database and goes on with what is left.
    public static EvaluationService open(
            DatabaseOptions database, EvaluationModels models, EvaluationOptions options) {
        Database opened = Database.open(database);
        try {
            EvaluationService service = new EvaluationService(opened, models, options);
            service.resume();
            return service;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void resume() {
        for (StoredEvaluation evaluation : store.open()) {
            if (evaluation.definition().base().equals(models.base())) {
                queue.add(evaluation);
            }
        }
        store.undecided().forEach(queue::addPromotion);
        ScheduledFuture<?> _ =
                caretaker.scheduleWithFixedDelay(
                        this::closeEnded, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Frees arms and engines of what was ended elsewhere.
    private void closeEnded() {
        try {
            open.closeUnless(id -> find(id).map(e -> e.status().isOpen()).orElse(false));
        } catch (StorageException e) {
            LOG.warn("cannot look for ended evaluations", e);
        }
    }

    /// This gateway's name among those that share the database.
    public String gateway() {
        return options.gateway();
    }

    /// How many evaluations this process works on now.
    int running() {
        return open.count();
    }

    /// How many items this process graded and kept.
    long graded() {
        return worker.graded();
    }

    /// Keeps a new evaluation and queues its work.
    ///
    /// @param promotion what to do with the candidate in the end; null for nothing
    public StoredEvaluation create(EvaluationOrder order, @Nullable Promotion promotion) {
        Suite suite = Suite.named(order.suite());
        SelectedItems items =
                SelectedItems.of(suite, order.subjects(), order.limit(), order.controlDocuments());
        List<MathProblem> problems = new ArrayList<>(items.problems());
        List<FurtherSuite> also = further(order, problems);
        EvaluationDefinition definition =
                new EvaluationDefinition(
                        suite.name(),
                        items.hash(),
                        suite.subjects(),
                        order.subjects(),
                        order.limit(),
                        order.controlDocuments(),
                        order.samples(),
                        order.temperature(),
                        order.seed(),
                        order.banUnworked(),
                        also,
                        models.resolve(order.baseline()),
                        models.resolve(order.candidate()),
                        models.base(),
                        options.engine(),
                        options.chunk());
        StoredEvaluation evaluation =
                store.add(definition, problems, items.documents().size(), promotion);
        queue.add(evaluation);
        return evaluation;
    }

    /// The further suites that are ordered; their items go to the end of those there are.
    private static List<FurtherSuite> further(EvaluationOrder order, List<MathProblem> problems) {
        List<FurtherSuite> further = new ArrayList<>();
        for (String name : order.also()) {
            Suite suite = Suite.named(name);
            SelectedItems items = SelectedItems.further(suite, order.limit());
            further.add(
                    new FurtherSuite(
                            suite.name(),
                            items.hash(),
                            suite.subjects(),
                            problems.size(),
                            items.problems().size()));
            problems.addAll(items.problems());
        }
        return further;
    }

    /// The newest first.
    public List<StoredEvaluation> list(int limit) {
        return store.list(limit);
    }

    public Optional<StoredEvaluation> find(String id) {
        return store.find(id);
    }

    /// Ends it before its time; false when it had ended.
    public boolean cancel(String id) {
        boolean ended = store.end(id, EvaluationStatus.CANCELLED, null);
        open.close(id);
        return ended;
    }

    /// Ends and forgets it; false when there is none.
    public boolean delete(String id) {
        boolean deleted = store.delete(id);
        open.close(id);
        return deleted;
    }

    /// How far it is and what it looks like so far.
    public EvaluationProgress progress(StoredEvaluation evaluation) {
        return EvaluationProgress.of(
                evaluation, answers.done(evaluation), answers.marks(evaluation.id()));
    }

    /// Items from one position up to another, with the answers there are.
    public List<SampledItem> items(StoredEvaluation evaluation, int from, int to) {
        return answers.items(evaluation.id(), from, to);
    }

    /// The report of a completed evaluation.
    public EvaluationReport report(StoredEvaluation evaluation) {
        String id = evaluation.id();
        EvaluationDefinition definition = evaluation.definition();
        List<TextLoss> ofBaseline = answers.losses(id, 0);
        ControlLoss loss =
                ofBaseline.isEmpty() ? null : ControlLoss.of(ofBaseline, answers.losses(id, 1));
        List<EvaluationReport> others = new ArrayList<>();
        for (FurtherSuite other : definition.also()) {
            List<SampledItem> items = answers.items(id, other.from(), other.from() + other.items());
            others.add(part(null, definition, other.suite(), other.subjects(), items, null));
        }
        List<SampledItem> items = answers.items(id, 0, evaluation.ownItems());
        return part(id, definition, definition.suite(), definition.suiteSubjects(), items, loss)
                .with(others);
    }

    private static EvaluationReport part(
            @Nullable String id,
            EvaluationDefinition definition,
            String suite,
            List<String> subjects,
            List<SampledItem> items,
            @Nullable ControlLoss loss) {
        AbReport comparison =
                AbReport.of(
                        suite,
                        subjects,
                        definition.baseline().name(),
                        definition.candidate().name(),
                        items.stream().map(SampledItem::graded).toList(),
                        loss);
        return EvaluationReport.of(id, definition.draws(), comparison, items);
    }

    public Optional<Promotion> promotion(String id) {
        return store.promotion(id);
    }

    private void completed(StoredEvaluation evaluation) {
        open.close(evaluation.id());
        store.promotion(evaluation.id())
                .ifPresent(promotion -> queue.addPromotion(evaluation.id(), promotion.gateway()));
    }

    /// Makes the candidate active if the rule holds.
    private void decide(String id) {
        Optional<Promotion> promotion = store.promotion(id);
        Optional<StoredEvaluation> evaluation = store.find(id);
        if (promotion.isEmpty()
                || evaluation.isEmpty()
                || promotion.get().outcome() != Promotion.Outcome.PENDING) {
            return;
        }
        List<String> objections = promotion.get().rule().objections(report(evaluation.get()));
        if (objections.isEmpty()) {
            EvaluationDefinition definition = evaluation.get().definition();
            objections =
                    models.activate(
                            definition.candidate(), definition.baseline(), promotion.get().actor());
        }
        store.setPromotion(
                id,
                objections.isEmpty()
                        ? promotion.get().promoted()
                        : promotion.get().refused(objections));
    }

    /// Stops working; what is not finished waits for the next process.
    @Override
    public void close() {
        queue.pause();
        caretaker.shutdownNow();
        open.close();
        queue.close();
        database.close();
    }
}
