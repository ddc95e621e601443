package dev.stethos.lab.experiment;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.SuiteTokens;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.GreedyAnswers;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/// A model that answers greedily all problems of a group together, and scores all documents, when
/// an arm is first asked for one of them; what an arm said is known until it is forgotten. Used by
/// one thread.
final class BatchedAnswers implements TextModel, AutoCloseable {
    private final Gemma3Model model;
    private final Suite suite;
    private final SuiteTokens tokens;
    private final Set<Integer> boxBeginnings;
    private final List<List<String>> groups;
    private final List<String> documents;
    private final GreedyAnswers greedy;
    private final ActivationCollector collector;
    private final KeptAnswers kept;
    private final Map<String, Map<String, Completion>> answers = new HashMap<>();
    private final Map<String, Map<String, TextLoss>> losses = new HashMap<>();

    BatchedAnswers(
            Gemma3Model model,
            Suite suite,
            List<List<MathProblem>> groups,
            List<String> documents,
            KeptAnswers kept) {
        if (!suite.stop().isEmpty()) {
            throw new IllegalArgumentException(
                    "suite %s: stop strings %s, allowed are none"
                            .formatted(suite.name(), suite.stop()));
        }
        this.model = model;
        this.kept = kept;
        this.suite = suite;
        this.tokens = new SuiteTokens(model, suite);
        this.boxBeginnings = tokens.boxBeginnings();
        this.groups =
                groups.stream()
                        .map(group -> group.stream().map(MathProblem::problem).distinct().toList())
                        .toList();
        this.documents = documents.stream().distinct().toList();
        greedy = new GreedyAnswers(model);
        collector = new ActivationCollector(model);
    }

    @Override
    public List<CompletableFuture<Completion>> answer(
            String problem, List<Arm> arms, SamplingParams sampling) {
        if (sampling.temperature() != 0) {
            throw new IllegalArgumentException(
                    "temperature %s, allowed is 0".formatted(sampling.temperature()));
        }
        List<String> group =
                groups.stream().filter(one -> one.contains(problem)).findFirst().orElse(List.of());
        return each(
                arms,
                arm ->
                        of(
                                answers.computeIfAbsent(
                                        key(arm) + " " + groups.indexOf(group),
                                        _ -> allAnswers(arm, group)),
                                problem));
    }

    @Override
    public List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms) {
        return each(
                arms,
                arm ->
                        of(
                                losses.computeIfAbsent(
                                        arm.revision().id(), _ -> allLosses(arm.revision())),
                                document));
    }

    @Override
    public int sequencesInFlight() {
        return 1;
    }

    /// Forgets what a revision said.
    void forget(Revision revision) {
        answers.keySet().removeIf(key -> key.startsWith(revision.id()));
        losses.remove(revision.id());
    }

    private static <T> List<CompletableFuture<T>> each(List<Arm> arms, Function<Arm, T> result) {
        return arms.stream().map(result).map(CompletableFuture::completedFuture).toList();
    }

    private static <T> T of(Map<String, T> known, String text) {
        T found = known.get(text);
        if (found == null) {
            throw new IllegalArgumentException("\"%s\" is not of this experiment".formatted(text));
        }
        return found;
    }

    private Map<String, Completion> allAnswers(Arm arm, List<String> problems) {
        return byText(
                problems,
                kept.of(
                        inputs(key(arm), problems),
                        Completion.class,
                        () -> computeAnswers(arm, problems)));
    }

    private List<Completion> computeAnswers(Arm arm, List<String> problems) {
        Set<Integer> ends = model.generationDefaults().eosIds();
        return greedy
                .of(
                        arm.revision(),
                        problems.stream().map(tokens::prompt).toList(),
                        suite.maxTokens(),
                        ends,
                        arm.mustWork() ? boxBeginnings : Set.of())
                .stream()
                .map(answer ->
                        new Completion(
                                model.tokenizer().decode(answer),
                                answer.length,
                                !ends.contains(answer[answer.length - 1])))
                .toList();
    }

    private Map<String, TextLoss> allLosses(Revision revision) {
        return byText(
                documents,
                kept.of(
                        inputs(revision.id(), documents),
                        TextLoss.class,
                        () -> computeLosses(revision)));
    }

    private List<TextLoss> computeLosses(Revision revision) {
        List<Document> all = new ArrayList<>();
        for (String text : documents) {
            int[] document = tokens.document(text, model.config().maxPositions());
            int[] every = IntStream.range(0, document.length).toArray();
            all.add(new Document("control text", document, every));
        }
        // Sums then do not depend on the number of processors.
        TorchRuntime.get().useThreads(1);
        return collector.losses(revision, all).stream()
                .map(found -> new TextLoss(sum(found), found.length))
                .toList();
    }

    private static double sum(float... values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /// All that answers and losses depend on.
    private String inputs(String who, List<String> texts) {
        return "%s, %s, at most %d tokens\n%s"
                .formatted(who, model.computeType(), suite.maxTokens(), String.join("\n", texts));
    }

    private static <T> Map<String, T> byText(List<String> texts, List<T> results) {
        Map<String, T> all = new HashMap<>();
        for (int i = 0; i < results.size(); i++) {
            all.put(texts.get(i), results.get(i));
        }
        return all;
    }

    private static String key(Arm arm) {
        return arm.revision().id() + (arm.mustWork() ? " must work" : "");
    }

    @Override
    public void close() {
        greedy.close();
        collector.close();
    }
}
