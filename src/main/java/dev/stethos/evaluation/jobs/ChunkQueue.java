package dev.stethos.evaluation.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.stethos.evaluation.jobs.storage.Database;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Chunks of work that processes claim over the database, each by one of them at a time; the claims
/// of a process that dies pass to others. A chunk's name has the base in it, so gateways of another
/// base do not see it.
final class ChunkQueue implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ChunkQueue.class);
    private static final int BASE_LENGTH = 16;
    private static final int NAME_LENGTH = 40;
    private static final int MISSED_HEARTBEATS = 4;

    /// A failure of the model is tried again so often, one of arms that are not here so often.
    private static final int TRIES = 3;

    private static final int SEARCHES = 600;
    private static final int LOOKS = 2;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration SEARCH = Duration.ofMillis(500);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final Scheduler scheduler;
    private final OneTimeTask<Void> chunks;
    private final OneTimeTask<Void> promotions;
    private final BiConsumer<String, String> giveUp;
    private final Duration poll;
    private volatile boolean stopping;

    /// @param work does a chunk of an evaluation
    /// @param promote decides an evaluation's promotion
    /// @param giveUp ends an evaluation that cannot go on, with the reason
    ChunkQueue(
            Database database,
            String base,
            EvaluationOptions options,
            ChunkWork work,
            Consumer<String> promote,
            BiConsumer<String, String> giveUp) {
        this.giveUp = giveUp;
        this.poll = options.poll();
        chunks =
                Tasks.oneTime("chunk-" + brief(base, BASE_LENGTH))
                        .onFailure(this::failed)
                        .execute((instance, context) -> {
                            int slash = instance.getId().indexOf('/');
                            work.run(
                                    instance.getId().substring(0, slash),
                                    Integer.parseInt(instance.getId().substring(slash + 1)));
                        });
        promotions =
                Tasks.oneTime("promotion-" + options.gateway())
                        .onFailure(this::failed)
                        .execute((instance, context) -> promote.accept(instance.getId()));
        scheduler =
                Scheduler.create(database.dataSource(), chunks, promotions)
                        .schedulerName(
                                new SchedulerName.Fixed(
                                        brief(options.gateway(), NAME_LENGTH)
                                                + "-"
                                                + UUID.randomUUID().toString().substring(0, 8)))
                        .threads(Math.max(1, options.workers()))
                        .pollingInterval(options.poll())
                        .heartbeatInterval(options.heartbeat())
                        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                        .shutdownMaxWait(LONGEST_STOP)
                        .enableImmediateExecution()
                        .alwaysPersistTimestampInUTC()
                        .failureLogging(LogLevel.DEBUG, true)
                        .build();
        if (options.workers() > 0) {
            scheduler.start();
        }
    }

    private static String brief(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    /// Queues those chunks of an evaluation that are not queued; done ones cost a look.
    void add(StoredEvaluation evaluation) {
        for (int chunk = 0; chunk < evaluation.chunks(); chunk++) {
            boolean _ =
                    scheduler.scheduleIfNotExists(
                            chunks.instance(evaluation.id() + "/" + chunk),
                            evaluation.createdAt().plusNanos(1000L * chunk));
        }
    }

    /// Queues the decision on a promotion, for the gateway that was asked.
    void addPromotion(String evaluation, String gateway) {
        boolean _ =
                scheduler.scheduleIfNotExists(
                        Tasks.oneTime("promotion-" + gateway)
                                .execute((instance, context) -> {})
                                .instance(evaluation),
                        Instant.now());
    }

    private void failed(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        Throwable cause = complete.getCause().orElseThrow();
        boolean searching = cause instanceof ArmUnavailableException;
        int failures = complete.getExecution().consecutiveFailures + 1;
        String id = complete.getExecution().getId();
        if (!stopping && failures >= (searching ? SEARCHES : TRIES)) {
            LOG.errorf(cause, "evaluation work %s ends", id);
            giveUp.accept(id.replaceFirst("/.*", ""), String.valueOf(cause.getMessage()));
            operations.stop();
            return;
        }
        operations.reschedule(complete, Instant.now().plus(untilNextClaim(searching && !stopping)));
    }

    /// Before the next claim. Of what is not for this gateway it is by chance some looks longer, so
    /// that others, who look as often, come first now and then.
    private Duration untilNextClaim(boolean searching) {
        return searching
                ? SEARCH.plusNanos(ThreadLocalRandom.current().nextLong(LOOKS * poll.toNanos() + 1))
                : RETRY;
    }

    /// No new work from now on.
    void pause() {
        stopping = true;
        scheduler.pause();
    }

    /// Stops; what is being worked on should be failing by then.
    @Override
    public void close() {
        stopping = true;
        scheduler.stop();
    }

    /// What does a chunk.
    interface ChunkWork {
        void run(String evaluation, int chunk);
    }
}
