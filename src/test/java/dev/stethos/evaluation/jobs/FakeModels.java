package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.ArmPin;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.serving.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Models that answer from a function of arm, problem and seed: right for most items, the candidate
/// more often, sampled answers now and then otherwise. An instance stands for one process; it can
/// be slow, stop answering, or die.
final class FakeModels implements EvaluationModels {
    private final String base;
    private final Map<String, String> revisions;
    private final Map<String, String> solutions = new HashMap<>();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Duration pause = Duration.ZERO;
    private volatile String active = "r0";

    FakeModels(String base, Map<String, String> revisions) {
        this.base = base;
        this.revisions = Map.copyOf(revisions);
        for (MathProblem problem : Suite.named("tiny-math").problems()) {
            solutions.put(problem.problem(), problem.answer());
        }
    }

    FakeModels() {
        this("b0", Map.of("m:base", "r0", "m:better", "r1", "m:worse", "r2"));
    }

    /// Answers so many times more, then never.
    FakeModels answering(int times) {
        left.set(times);
        return this;
    }

    /// Waits before each answer.
    FakeModels pausing(Duration each) {
        pause = each;
        return this;
    }

    /// What was asked, one entry for each arm and sample of an item.
    List<String> asked() {
        return List.copyOf(asked);
    }

    String active() {
        return active;
    }

    @Override
    public String base() {
        return base;
    }

    @Override
    public ArmPin resolve(String modelId) {
        String revision = revisions.get(modelId);
        if (revision == null) {
            throw new UnknownModelException(modelId);
        }
        return new ArmPin(modelId, modelId.substring(2), revision);
    }

    @Override
    public List<String> activate(ArmPin candidate, ArmPin baseline, String actor) {
        active = candidate.revision();
        return List.of();
    }

    @Override
    public OpenArms open(EvaluationDefinition definition) {
        for (ArmPin arm : List.of(definition.baseline(), definition.candidate())) {
            if (!arm.revision().equals(revisions.get(arm.model()))) {
                throw new ArmUnavailableException(arm.model() + " is another one here");
            }
        }
        return new Held(
                new Text(),
                new Arm(
                        definition.baseline().model(),
                        Revision.base(definition.baseline().revision(), Map.of()),
                        false),
                new Arm(
                        definition.candidate().model(),
                        Revision.base(definition.candidate().revision(), Map.of()),
                        false));
    }

    /// What an arm says to a problem.
    private String say(Arm arm, String problem, SamplingParams sampling) {
        int draw =
                Math.floorMod(
                        Objects.hash(arm.revision().id(), problem, sampling.seed()) * 0x9E3779B9,
                        1000);
        int right =
                switch (arm.revision().id()) {
                    case "r1" -> 900;
                    case "r2" -> 200;
                    default -> 500;
                };
        if (draw >= 990) {
            return "no idea";
        }
        return "so \\boxed{%s}"
                .formatted(
                        draw < right
                                ? Objects.requireNonNull(solutions.get(problem))
                                : Integer.toString(100_000 + draw % 3));
    }

    private record Held(Text text, Arm baseline, Arm candidate) implements OpenArms {
        @Override
        public TextModel text(Suite suite) {
            return text;
        }

        @Override
        public void close() {
            text.close();
        }
    }

    private final class Text implements TextModel {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final ConcurrentLinkedQueue<CompletableFuture<?>> pending =
                new ConcurrentLinkedQueue<>();

        @Override
        public List<CompletableFuture<Completion>> answer(
                String problem, List<Arm> arms, SamplingParams sampling) {
            List<CompletableFuture<Completion>> answers = new ArrayList<>();
            for (Arm arm : arms) {
                String text = say(arm, problem, sampling);
                asked.add("%s %s %s".formatted(arm.name(), sampling.seed(), problem));
                answers.add(later(new Completion(text, text.length(), false)));
            }
            return answers;
        }

        @Override
        public List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms) {
            return arms.stream()
                    .map(arm ->
                            later(
                                    new TextLoss(
                                            document.length() + arm.name().length() / 10.0,
                                            document.length())))
                    .toList();
        }

        private <T> CompletableFuture<T> later(T result) {
            CompletableFuture<T> future = new CompletableFuture<>();
            if (closed.get()) {
                future.completeExceptionally(new EvaluationException("closed"));
            } else if (left.getAndDecrement() > 0) {
                LockSupport.parkNanos(pause.toNanos());
                future.complete(result);
            } else {
                pending.add(future);
            }
            return future;
        }

        @Override
        public int sequencesInFlight() {
            return 8;
        }

        void close() {
            closed.set(true);
            pending.forEach(f -> f.completeExceptionally(new EvaluationException("closed")));
        }
    }
}
