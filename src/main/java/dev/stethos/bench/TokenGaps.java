package dev.stethos.bench;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.generation.Milestones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The time from one token of running sequences to their next, in nanoseconds: undisturbed, and
/// while something else happens beside them.
///
/// @param alone every gap before it began, in order of size
/// @param beside every gap that was open or began while it lasted, in order of size
@SuppressWarnings("ArrayRecordComponent")
record TokenGaps(double[] alone, double[] beside) {
    private static final int UNDISTURBED = 16;

    static TokenGaps measure(
            InferenceEngine engine, Revision revision, List<int[]> running, Runnable event) {
        CountDownLatch settled = new CountDownLatch(running.size());
        List<Times> times = new ArrayList<>();
        List<Submission> submissions = new ArrayList<>();
        for (int[] tokens : running) {
            Times each = new Times(settled);
            times.add(each);
            int room = engine.options().maxLength() - tokens.length;
            submissions.add(
                    new Submission(DecodeBlock.request(revision, tokens, room), each::on, each));
        }
        List<Generation> generations = engine.submit(submissions);
        try {
            settled.await();
            long begin = System.nanoTime();
            event.run();
            long end = System.nanoTime();
            for (Times each : times) {
                each.awaitOneAfter(end);
            }
            return new TokenGaps(gaps(times, Long.MIN_VALUE, begin), gaps(times, begin, end));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("bench: interrupted", e);
        } finally {
            generations.forEach(Generation::cancel);
        }
    }

    /// The gap that `share` of the gaps do not exceed.
    static double percentile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    private static double[] gaps(List<Times> times, long from, long to) {
        double[] gaps =
                times.stream()
                        .flatMapToDouble(
                                each -> each.gaps(from, to).stream().mapToDouble(Long::doubleValue))
                        .toArray();
        Arrays.sort(gaps);
        return gaps;
    }

    /// When one sequence got its tokens; written by the device thread.
    private static final class Times implements Milestones {
        private final CountDownLatch settled;
        private final List<Long> times = new ArrayList<>();
        private boolean over;

        Times(CountDownLatch settled) {
            this.settled = settled;
        }

        @Override
        public void started() {}

        @Override
        public void generating() {}

        @Override
        public synchronized void token() {
            times.add(System.nanoTime());
            if (times.size() == UNDISTURBED) {
                settled.countDown();
            }
            notifyAll();
        }

        synchronized void on(GenerationEvent event) {
            if (event instanceof Finished || event instanceof Failed) {
                over = true;
                settled.countDown();
                notifyAll();
            }
        }

        /// Until a token came after that time, or none will.
        synchronized void awaitOneAfter(long time) throws InterruptedException {
            while (!over && (times.isEmpty() || times.getLast() <= time)) {
                wait();
            }
        }

        /// The gaps that have a part between the two times.
        synchronized List<Long> gaps(long from, long to) {
            List<Long> gaps = new ArrayList<>();
            for (int i = 1; i < times.size(); i++) {
                if (times.get(i) >= from && times.get(i - 1) <= to) {
                    gaps.add(times.get(i) - times.get(i - 1));
                }
            }
            return gaps;
        }
    }
}
