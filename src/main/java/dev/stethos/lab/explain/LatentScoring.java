package dev.stethos.lab.explain;

import dev.stethos.lab.diagnosis.Correlation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Explains latents and scores the explanations on held-out contexts, which end at the token in
/// question. Fuzzing is what the released code of MetaSAEs measures: the judge foretells how
/// strongly the latent fires on the marked token, 0 to 10, and Spearman's rank correlation with the
/// true strengths is the score, 0 where either is constant. Detection: the judge tells for as many
/// contexts where the latent fires as where it is silent whether it fires; the score is the
/// balanced accuracy. <https://arxiv.org/abs/2604.03436>
public final class LatentScoring {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final int STRONGEST = 10;
    private static final int MOST_EXPLANATION = 500;

    private final LatentActivity activity;
    private final Judge judge;
    private final int examples;
    private final int heldOut;
    private final long seed;

    /// @param examples contexts that an explanation is made from
    /// @param heldOut contexts where it fires, and as many where it is silent
    public LatentScoring(
            LatentActivity activity, Judge judge, int examples, int heldOut, long seed) {
        if (examples < 1 || heldOut < 2) {
            throw new IllegalArgumentException(
                    "%d examples and %d held out, allowed are 1 or more and 2 or more"
                            .formatted(examples, heldOut));
        }
        this.activity = activity;
        this.judge = judge;
        this.examples = examples;
        this.heldOut = heldOut;
        this.seed = seed;
    }

    /// The definitions, in words.
    public static String definitions() {
        return "fuzzing: Spearman's rank correlation of the strengths (0-10) that the judge foretells"
                + " for marked tokens of held-out contexts with the true ones, 0 if constant\n"
                + "detection: balanced accuracy of telling held-out contexts where the latent fires"
                + " from those where it is silent";
    }

    /// Of a latent that [LatentActivity#explainable] names.
    public LatentScore score(int latent) {
        String explanation = explain(latent);
        List<LatentContext> firing = activity.spread(latent, heldOut);
        List<LatentContext> silent = activity.silent(latent, heldOut, seed);
        List<String> questions = new ArrayList<>();
        firing.forEach(one -> questions.add(strengthQuestion(explanation, one)));
        firing.forEach(one -> questions.add(detectionQuestion(explanation, one)));
        silent.forEach(one -> questions.add(detectionQuestion(explanation, one)));
        List<String> answers = ask(questions);
        int n = firing.size();
        Tally tally = new Tally();
        double fuzzing = fuzzing(firing, answers.subList(0, n), tally);
        double hits = tally.share(answers.subList(n, 2 * n), 1);
        double rejections = tally.share(answers.subList(2 * n, answers.size()), 0);
        return new LatentScore(
                latent, explanation, fuzzing, (hits + rejections) / 2, tally.unclear);
    }

    private String explain(int latent) {
        List<LatentContext> shown = activity.strongest(latent, examples);
        double most = shown.getFirst().strength();
        StringBuilder question =
                new StringBuilder(
                        "A feature of a language model fires on the token between << and >> at the"
                                + " end of each text below, with the strength in brackets (0 to 10).\n\n");
        for (LatentContext one : shown) {
            question.append('[')
                    .append(Math.round(STRONGEST * one.strength() / most))
                    .append("] ")
                    .append(one.marked())
                    .append('\n');
        }
        question.append("\nSay in one sentence what the feature fires on. Answer with it alone.");
        String explanation = judge.answer(question.toString()).strip();
        return explanation.length() > MOST_EXPLANATION
                ? explanation.substring(0, MOST_EXPLANATION)
                : explanation;
    }

    private static String strengthQuestion(String explanation, LatentContext context) {
        return "A feature of a language model fires on: "
                + explanation
                + "\n\nHow strongly does it fire on the token between << and >>, from 0 (not at all)"
                + " to 10? Answer with the number alone.\n\nText: "
                + context.marked();
    }

    private static String detectionQuestion(String explanation, LatentContext context) {
        return "A feature of a language model fires on: "
                + explanation
                + "\n\nDoes it fire on the last token of this text? Answer with 1 for yes or 0 for"
                + " no, alone.\n\nText: "
                + context.plain();
    }

    private static double fuzzing(List<LatentContext> contexts, List<String> answers, Tally tally) {
        double[] foretold = new double[contexts.size()];
        double[] real = new double[contexts.size()];
        for (int i = 0; i < foretold.length; i++) {
            foretold[i] = tally.number(answers.get(i), STRONGEST).orElse(0);
            real[i] = contexts.get(i).strength();
        }
        return foretold.length < 2 ? 0 : Correlation.spearman(foretold, real);
    }

    /// Reads answers and counts those that are unclear.
    private static final class Tally {
        private int unclear;

        /// The first number, rounded; none where there is none from 0 to `most`.
        OptionalInt number(String answer, int most) {
            Matcher matcher = NUMBER.matcher(answer);
            if (matcher.find()) {
                long value = Math.round(Double.parseDouble(matcher.group()));
                if (value >= 0 && value <= most) {
                    return OptionalInt.of((int) value);
                }
            }
            unclear++;
            return OptionalInt.empty();
        }

        /// Which share of the answers is `right`.
        double share(List<String> answers, int right) {
            int count = 0;
            for (String answer : answers) {
                count += number(answer, 1).orElse(1 - right) == right ? 1 : 0;
            }
            return answers.isEmpty() ? 0 : count / (double) answers.size();
        }
    }

    /// All questions at once; how many are under way is the judge's own matter.
    private List<String> ask(List<String> questions) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> asked =
                    questions.stream()
                            .map(question -> threads.submit(() -> judge.answer(question)))
                            .toList();
            List<String> answers = new ArrayList<>();
            for (Future<String> one : asked) {
                answers.add(one.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof JudgeException refusal
                    ? refusal
                    : new IllegalStateException("judge: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JudgeException("judge: interrupted", e);
        }
    }
}
