package dev.stethos.tiny.training;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Greedy answers to many prompts, the whole loop in one call per chunk of similar lengths.
public final class GreedyDecoder {
    private static final int CHUNK = 256;
    private static final float FORBIDDEN = -1e9f;

    private final TrainerProgram program;
    private final int endOfTurn;
    private final int newTokens;

    /// Stops at `endOfTurn` or after `newTokens` tokens.
    public GreedyDecoder(TrainerProgram program, int endOfTurn, int newTokens) {
        this.program = program;
        this.endOfTurn = endOfTurn;
        this.newTokens = newTokens;
    }

    /// The answers in the prompts' order, without the end of turn. No answer begins with a token of
    /// `forbiddenFirst`.
    public List<int[]> answer(Weights weights, List<int[]> prompts, Set<Integer> forbiddenFirst) {
        float[] bias = new float[program.architecture().vocabSize()];
        forbiddenFirst.forEach(id -> bias[id] = FORBIDDEN);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingInt(i -> prompts.get(i).length));
        List<int[]> answers = new ArrayList<>(Collections.nCopies(prompts.size(), new int[0]));
        try (TensorList list = TensorList.of(weights.tensors());
                Tensor firstBias = TorchRuntime.get().floats(bias, 1, bias.length)) {
            for (int start = 0; start < order.size(); start += CHUNK) {
                List<Integer> chunk = order.subList(start, Math.min(start + CHUNK, order.size()));
                List<int[]> filled =
                        chunk(chunk.stream().map(prompts::get).toList(), firstBias, list);
                for (int i = 0; i < chunk.size(); i++) {
                    answers.set(chunk.get(i), filled.get(i));
                }
            }
        }
        return answers;
    }

    /// Prompts sorted by length.
    private List<int[]> chunk(List<int[]> prompts, Tensor firstBias, TensorList weights) {
        int rows = prompts.size();
        int longest = prompts.getLast().length;
        int room = Math.min(longest + newTokens, program.architecture().slidingWindow());
        long[] ids = new long[rows * room];
        long[] lengths = new long[rows];
        for (int row = 0; row < rows; row++) {
            int[] prompt = prompts.get(row);
            lengths[row] = prompt.length;
            for (int i = 0; i < prompt.length; i++) {
                ids[row * room + i] = prompt[i];
            }
        }
        long[] filled;
        try (Tensor idTensor = TorchRuntime.get().longs(ids, rows, room);
                Tensor lengthTensor = TorchRuntime.get().longs(lengths, rows)) {
            filled =
                    program.answers(
                            idTensor,
                            lengthTensor,
                            prompts.getFirst().length,
                            endOfTurn,
                            firstBias,
                            weights);
        }
        List<int[]> answers = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int start = row * room + prompts.get(row).length;
            int limit = Math.min(start + newTokens, (row + 1) * room);
            int end = start;
            while (end < limit && filled[end] != endOfTurn) {
                end++;
            }
            answers.add(Arrays.stream(filled, start, end).mapToInt(Math::toIntExact).toArray());
        }
        return answers;
    }
}
