package dev.stethos.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.ProblemBank;
import dev.stethos.tiny.problems.Split;
import dev.stethos.tiny.tokens.Vocabulary;
import dev.stethos.tiny.training.Architecture;
import dev.stethos.tiny.training.CrossEntropy;
import dev.stethos.tiny.training.GreedyDecoder;
import dev.stethos.tiny.training.Sequence;
import dev.stethos.tiny.training.TrainerProgram;
import dev.stethos.tiny.training.Weights;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The trainer and the decoder that serves requests are the same model: same prompts, same losses,
/// same greedy answers.
class ServedDecoderTest {
    private static final int NEW_TOKENS = 12;

    @TempDir private Path folder;
    private TrainerProgram program;
    private Weights weights;
    private Gemma3Model served;
    private ChatSequences sequences;
    private List<MathItem> items;

    @BeforeEach
    void open() {
        Recipe recipe = TinyRecipes.minute();
        Vocabulary vocabulary = Corpora.vocabulary(recipe, 1);
        Architecture architecture = recipe.architecture(vocabulary.size());
        program = new TrainerProgram(architecture);
        weights = Weights.initial(architecture, 5);
        CheckpointWriter.write(
                folder, ModelFiles.of(architecture, vocabulary), List.of(tensors(architecture)));
        served = Gemma3Model.load(folder, folder.resolve("cache"), ComputeType.AUTO);
        sequences = new ChatSequences(served.tokenizer());
        items = ProblemBank.heldOut(Split.VALIDATION, 30, 1).subList(0, 12);
    }

    @AfterEach
    void close() {
        served.close();
        weights.close();
        program.close();
    }

    private List<NamedTensor> tensors(Architecture architecture) {
        List<NamedTensor> tensors = new ArrayList<>();
        List<Architecture.Slot> slots = architecture.slots();
        for (int i = 0; i < slots.size(); i++) {
            tensors.add(
                    NamedTensor.ofFloats(
                            slots.get(i).name(),
                            DType.F32,
                            Arrays.stream(slots.get(i).shape()).boxed().toList(),
                            weights.tensors().get(i).toFloats()));
        }
        return tensors;
    }

    @Test
    void promptsAreWhatTheChatTemplateRenders() {
        for (MathItem item : items) {
            int[] rendered =
                    served.chatTemplate()
                            .encode(
                                    List.of(new ChatTemplate.Message("user", item.problem())),
                                    true);
            assertThat(sequences.prompt(item.problem())).isEqualTo(rendered);
            Sequence solved = sequences.solved(item);
            assertThat(solved.from()).isEqualTo(rendered.length);
            int[] solution = Arrays.copyOfRange(solved.tokens(), solved.from(), solved.length());
            assertThat(served.tokenizer().decode(solution)).isEqualTo(item.solution());
            assertThat(solution[solution.length - 1]).isEqualTo(Vocabulary.END_OF_TURN);
        }
    }

    @Test
    void noSequenceIsLongerThanTheWindow() {
        for (MathItem item : ProblemBank.heldOut(Split.TEST, 300, 1)) {
            assertThat(sequences.solved(item).length()).isLessThanOrEqualTo(128);
        }
    }

    @Test
    void lossesAreThoseOfTheServedDecoder() {
        CrossEntropy crossEntropy = new CrossEntropy(program);
        for (MathItem item : items.subList(0, 4)) {
            Sequence sequence = sequences.solved(item);
            assertThat(crossEntropy.mean(weights, List.of(sequence)))
                    .isCloseTo(servedLoss(sequence), Offset.offset(1e-4));
        }
    }

    private double servedLoss(Sequence sequence) {
        int[] tokens = sequence.tokens();
        int learned = tokens.length - sequence.from();
        int[] fed = Arrays.copyOf(tokens, tokens.length - 1);
        double sum = 0;
        try (KvCache cache = served.newCache(1, tokens.length);
                Tensor logits =
                        served.step(
                                cache,
                                List.of(new Gemma3Model.Row(served.base(), 0, 0, fed, learned)))) {
            float[] all = logits.toFloats();
            int vocabulary = served.config().vocabSize();
            for (int i = 0; i < learned; i++) {
                float[] row = Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary);
                double total = 0;
                for (float logit : row) {
                    total += Math.exp(logit);
                }
                sum += Math.log(total) - row[tokens[sequence.from() + i]];
            }
        }
        return sum / learned;
    }

    @Test
    void greedyAnswersAreThoseOfTheServedDecoder() {
        GreedyDecoder decoder = new GreedyDecoder(program, Vocabulary.END_OF_TURN, NEW_TOKENS);
        List<int[]> prompts = items.stream().map(i -> sequences.prompt(i.problem())).toList();
        List<int[]> answers = decoder.answer(weights, prompts, Set.of());
        for (int i = 0; i < prompts.size(); i++) {
            assertThat(answers.get(i)).isEqualTo(servedAnswer(prompts.get(i)));
        }
    }

    private int[] servedAnswer(int[] prompt) {
        List<Integer> answer = new ArrayList<>();
        try (KvCache cache = served.newCache(1, prompt.length + NEW_TOKENS)) {
            int[] fed = prompt;
            int start = 0;
            while (answer.size() < NEW_TOKENS) {
                int best = best(cache, start, fed);
                if (best == Vocabulary.END_OF_TURN) {
                    break;
                }
                answer.add(best);
                start += fed.length;
                fed = new int[] {best};
            }
        }
        return answer.stream().mapToInt(Integer::intValue).toArray();
    }

    private int best(KvCache cache, int start, int[] fed) {
        try (Tensor logits =
                served.step(cache, List.of(new Gemma3Model.Row(served.base(), 0, start, fed, 1)))) {
            float[] row = logits.toFloats();
            int best = 0;
            for (int i = 1; i < row.length; i++) {
                best = row[i] > row[best] ? i : best;
            }
            return best;
        }
    }

    @Test
    void forbiddenTokensNeverComeFirst() {
        GreedyDecoder decoder = new GreedyDecoder(program, Vocabulary.END_OF_TURN, NEW_TOKENS);
        List<int[]> prompts = items.stream().map(i -> sequences.prompt(i.problem())).toList();
        int usual = decoder.answer(weights, prompts, Set.of()).getFirst()[0];
        for (int[] answer : decoder.answer(weights, prompts, Set.of(usual))) {
            assertThat(answer[0]).isNotEqualTo(usual);
        }
    }
}
