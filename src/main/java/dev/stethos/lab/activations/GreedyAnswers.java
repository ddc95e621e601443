package dev.stethos.lab.activations;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Greedy answers to many prompts at once. Prompts of similar length advance side by side, a whole
/// batch in one call of the program, and as many batches at a time as there are processors, each
/// computed by one thread. Which prompts share a batch depends on their lengths alone, so that the
/// same prompts get the same answers with any number of processors. Used by one thread at a time;
/// close it before the model.
public final class GreedyAnswers implements AutoCloseable {
    private static final int ROWS = 128;

    private final Gemma3Config config;
    private final ForwardProgram program;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(),
                    task ->
                            new Thread(
                                    () -> {
                                        TorchRuntime.get().useThreads(1);
                                        task.run();
                                    },
                                    "greedy-answers"));

    public GreedyAnswers(Gemma3Model model) {
        config = model.config();
        program = new ForwardProgram(model);
    }

    /// For each prompt at most `most` tokens, up to and with the first of `ends`; none begins with
    /// a token of `bannedFirst`.
    public List<int[]> of(
            Revision revision,
            List<int[]> prompts,
            int most,
            Set<Integer> ends,
            Set<Integer> bannedFirst) {
        prompts.forEach(prompt -> check(prompt, most));
        List<Integer> byLength =
                IntStream.range(0, prompts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> prompts.get(i).length))
                        .toList();
        int longest = prompts.isEmpty() ? 0 : prompts.get(byLength.getLast()).length;
        List<Tensor> widened = program.widened(revision);
        try (TensorList weights = TensorList.of(widened);
                TensorList rope = program.rope(longest + most)) {
            List<Future<List<int[]>>> asked = new ArrayList<>();
            for (int begin = 0; begin < byLength.size(); begin += ROWS) {
                List<int[]> some =
                        byLength.subList(begin, Math.min(begin + ROWS, byLength.size())).stream()
                                .map(prompts::get)
                                .toList();
                asked.add(
                        threads.submit(() -> {
                            return batch(
                                    some,
                                    most,
                                    ascending(ends),
                                    ascending(bannedFirst),
                                    weights,
                                    rope);
                        }));
            }
            int[][] answers = new int[prompts.size()][];
            int next = 0;
            for (int[] answer : joined(asked)) {
                answers[byLength.get(next++)] = answer;
            }
            return Arrays.asList(answers);
        } finally {
            widened.forEach(Tensor::close);
        }
    }

    /// Waits for all, also where one fails: they use the same weights.
    private static List<int[]> joined(List<Future<List<int[]>>> asked) {
        List<int[]> all = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<List<int[]>> one : asked) {
            try {
                all.addAll(one.get());
            } catch (ExecutionException e) {
                failure = new IllegalStateException("answers: " + e.getMessage(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = new IllegalStateException("answers: interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return all;
    }

    private List<int[]> batch(
            List<int[]> prompts,
            int most,
            long[] ends,
            long[] banned,
            TensorList weights,
            TensorList rope) {
        int longest = prompts.getLast().length;
        long[] tokens = new long[prompts.size() * longest];
        long[] lengths = new long[prompts.size()];
        for (int row = 0; row < lengths.length; row++) {
            int[] prompt = prompts.get(row);
            lengths[row] = prompt.length;
            for (int i = 0; i < prompt.length; i++) {
                tokens[row * longest + i] = prompt[i];
            }
        }
        TorchRuntime torch = TorchRuntime.get();
        try (Tensor given = torch.longs(tokens, lengths.length, longest);
                Tensor ofLengths = torch.longs(lengths, lengths.length);
                Tensor found =
                        program.answers(given, ofLengths, most, ends, banned, weights, rope)) {
            return rows(found.toLongs(), most);
        }
    }

    private static List<int[]> rows(long[] found, int most) {
        List<int[]> rows = new ArrayList<>();
        for (int begin = 0; begin < found.length; begin += most) {
            rows.add(
                    Arrays.stream(found, begin, begin + most)
                            .takeWhile(token -> token >= 0)
                            .mapToInt(Math::toIntExact)
                            .toArray());
        }
        return rows;
    }

    private static long[] ascending(Set<Integer> tokens) {
        return tokens.stream().mapToLong(Integer::longValue).sorted().toArray();
    }

    private void check(int[] prompt, int most) {
        if (prompt.length < 1 || most < 1 || prompt.length + most > config.maxPositions()) {
            throw new IllegalArgumentException(
                    "prompt of %d tokens and %d new ones, allowed are one or more of each, together %d"
                            .formatted(prompt.length, most, config.maxPositions()));
        }
        for (int token : prompt) {
            if (token < 0 || token >= config.vocabSize()) {
                throw new IllegalArgumentException(
                        "prompt: token %d, allowed 0 to %d"
                                .formatted(token, config.vocabSize() - 1));
            }
        }
    }

    @Override
    public void close() {
        threads.close();
        program.close();
    }
}
