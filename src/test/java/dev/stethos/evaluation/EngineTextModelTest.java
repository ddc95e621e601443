package dev.stethos.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.RandomModel;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.text.ChatTemplate.Message;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTextModelTest {
    private static final String PROBLEM = "the user adds 2 to the other one. how many?";
    private static final Suite SUITE =
            Suite.parse(Fixtures.SUITE.replace("max-tokens: 8", "max-tokens: 12"), "small.yaml");

    private static Gemma3Model model;
    private static Revision edited;
    private static InferenceEngine engine;
    private static Arm base;
    private static Arm candidate;

    @BeforeAll
    static void open(@TempDir Path folder) {
        model = RandomModel.load(folder);
        String weight = "model.layers.1.mlp.down_proj.weight";
        Tensor zero = TorchRuntime.get().zeros(ScalarType.F32, 16, 32);
        edited = model.base().derive("e0", Map.of(weight, zero));
        engine =
                new InferenceEngine(
                        model,
                        new EngineOptions(4, 64, 16, 4).deterministically(),
                        new SimpleMeterRegistry());
        base = new Arm("base", model.base(), false);
        candidate = new Arm("edited", edited, false);
    }

    @AfterAll
    static void close() {
        engine.close();
        edited.close();
        model.close();
    }

    @Test
    void armsAnswerTogetherAsEachDoesAlone() {
        EngineTextModel text = new EngineTextModel(model, engine, SUITE);
        List<Completion> together = join(text.answer(PROBLEM, List.of(base, candidate)));
        assertThat(together.get(0)).isEqualTo(join(text.answer(PROBLEM, List.of(base))).getFirst());
        assertThat(together.get(1))
                .isEqualTo(join(text.answer(PROBLEM, List.of(candidate))).getFirst());
        assertThat(together.get(0)).isNotEqualTo(together.get(1));
        assertThat(together.get(0).tokens()).isBetween(1, 12);
        assertThat(together.get(0).truncated()).isEqualTo(together.get(0).tokens() == 12);
    }

    /// Worked examples are nothing but text before the problem.
    @Test
    void shotsReadAsOneTextAfterTheBos() {
        Suite shots =
                suite(
                        "style: text, text: \"{problem} =\", shots: [{problem: \"1\", solution: \"2\"}]");
        int[] prompt = new SuiteTokens(model, shots).prompt("how many?");
        int[] text = model.tokenizer().encode("1 = 2\n\nhow many? =");
        assertThat(prompt[0]).isEqualTo(model.tokenizer().bos());
        assertThat(Arrays.copyOfRange(prompt, 1, prompt.length)).isEqualTo(text);
    }

    @Test
    void shotsAreEarlierTurnsOfAChat() {
        Suite shots =
                suite(
                        "style: chat, text: \"{problem} =\", shots: [{problem: \"1\", solution: \"2\"}]");
        int[] turns =
                model.chatTemplate()
                        .encode(
                                List.of(
                                        new Message("user", "1 ="),
                                        new Message("assistant", "2"),
                                        new Message("user", "how many? =")),
                                true);
        assertThat(new SuiteTokens(model, shots).prompt("how many?")).isEqualTo(turns);
    }

    private static Suite suite(String prompt) {
        String keys = "prompt: {" + prompt + "}\nmax-tokens";
        String yaml =
                Fixtures.SUITE.replaceAll(
                        "(?s)prompt:.*?max-tokens", Matcher.quoteReplacement(keys));
        return Suite.parse(yaml, "text.yaml");
    }

    @Test
    void lossIsThatOfTheDecodersOwnLogits() {
        EngineTextModel text = new EngineTextModel(model, engine, SUITE);
        String document = "the user saw the others.";
        List<TextLoss> losses = join(text.loss(document, List.of(base, candidate)));
        assertThat(losses.get(0).tokens()).isEqualTo(model.tokenizer().encode(document).length);
        assertThat(losses.get(0).nats()).isCloseTo(nats(model.base(), document), within(1e-3));
        assertThat(losses.get(1).nats()).isCloseTo(nats(edited, document), within(1e-3));
        assertThat(losses.get(0).nats()).isNotEqualTo(losses.get(1).nats());
    }

    @Test
    void cutsDocumentsLongerThanTheContext() {
        EngineTextModel text = new EngineTextModel(model, engine, SUITE);
        TextLoss loss = join(text.loss("user ".repeat(500), List.of(base))).getFirst();
        assertThat(loss.tokens()).isEqualTo(63);
    }

    @Test
    void aBoxBeginsWithExactlyTheTokensThatSpellItsStart() {
        Set<Integer> beginnings = new SuiteTokens(model, SUITE).boxBeginnings();
        assertThat(beginnings).contains(model.tokenizer().encode("\\boxed{4}")[0]);
        for (int token = 0; token < model.tokenizer().vocabSize(); token++) {
            String piece = model.tokenizer().decode(new int[] {token}).strip();
            boolean begins = !piece.isEmpty() && "\\boxed".startsWith(piece);
            assertThat(beginnings.contains(token)).as(piece).isEqualTo(begins);
        }
    }

    @Test
    void wholeRunRepeatsBitForBit() {
        List<MathProblem> problems = Fixtures.suite().problems();
        List<String> documents = Fixtures.suite().controlDocuments();
        AbReport first = run(problems, documents);
        assertThat(run(problems, documents).json()).isEqualTo(first.json());
        assertThat(first.overall().n()).isEqualTo(3);
        assertThat(first.items().getFirst().baselineMustWork()).isNotNull();
    }

    private static AbReport run(List<MathProblem> problems, List<String> documents) {
        return new AbRun(SUITE, new EngineTextModel(model, engine, SUITE), base, candidate)
                .run(problems, documents, true, item -> {});
    }

    private static <T> List<T> join(List<CompletableFuture<T>> futures) {
        return futures.stream().map(CompletableFuture::join).toList();
    }

    /// The document's loss from the decoder's logits, without the engine.
    private static double nats(Revision revision, String document) {
        int[] encoded = model.tokenizer().encode(document);
        int[] tokens = new int[encoded.length + 1];
        tokens[0] = model.tokenizer().bos();
        System.arraycopy(encoded, 0, tokens, 1, encoded.length);
        float[][] logits = new float[1][];
        engine.onDeviceThread(() -> {
            try (KvCache cache = model.newCache(1, 64);
                    Tensor step =
                            model.step(
                                    cache,
                                    List.of(
                                            new Gemma3Model.Row(
                                                    revision, 0, 0, tokens, tokens.length)))) {
                logits[0] = step.toFloats();
            }
        });
        int vocab = model.config().vocabSize();
        double nats = 0;
        for (int position = 0; position < encoded.length; position++) {
            double sum = 0;
            for (int token = 0; token < vocab; token++) {
                sum += Math.exp(logits[0][position * vocab + token]);
            }
            nats += Math.log(sum) - logits[0][position * vocab + tokens[position + 1]];
        }
        return nats;
    }
}
