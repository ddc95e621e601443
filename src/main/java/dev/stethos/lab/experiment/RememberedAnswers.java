package dev.stethos.lab.experiment;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.TextModel;
import dev.stethos.inference.sampling.SamplingParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// A model that answers the baseline once: what a remembered revision said is not asked again. Used
/// by one thread; right for models whose answers do not depend on their company.
final class RememberedAnswers implements TextModel {
    private final TextModel model;
    private final String revision;
    private final Map<String, CompletableFuture<Completion>> answers = new HashMap<>();
    private final Map<String, CompletableFuture<TextLoss>> losses = new HashMap<>();

    /// Remembers what the revision of that id says.
    RememberedAnswers(TextModel model, String revision) {
        this.model = model;
        this.revision = revision;
    }

    @Override
    public List<CompletableFuture<Completion>> answer(
            String problem, List<Arm> arms, SamplingParams sampling) {
        return through(
                sampling + " " + problem,
                arms,
                answers,
                asked -> model.answer(problem, asked, sampling));
    }

    @Override
    public List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms) {
        return through(document, arms, losses, asked -> model.loss(document, asked));
    }

    @Override
    public int sequencesInFlight() {
        return model.sequencesInFlight();
    }

    private <T> List<CompletableFuture<T>> through(
            String text,
            List<Arm> arms,
            Map<String, CompletableFuture<T>> known,
            Function<List<Arm>, List<CompletableFuture<T>>> ask) {
        List<Arm> missing = new ArrayList<>();
        for (Arm arm : arms) {
            if (!known.containsKey(key(text, arm))) {
                missing.add(arm);
            }
        }
        List<CompletableFuture<T>> asked = missing.isEmpty() ? List.of() : ask.apply(missing);
        List<CompletableFuture<T>> all = new ArrayList<>();
        int next = 0;
        for (Arm arm : arms) {
            CompletableFuture<T> future = known.get(key(text, arm));
            if (future == null) {
                future = asked.get(next++);
                if (arm.revision().id().equals(revision)) {
                    known.put(key(text, arm), future);
                }
            }
            all.add(future);
        }
        return all;
    }

    private static String key(String text, Arm arm) {
        return arm.revision().id() + " " + arm.mustWork() + " " + text;
    }
}
