package dev.stethos.tiny.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.tiny.problems.ControlText;
import dev.stethos.tiny.problems.Draw;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.problems.ProblemBank;
import dev.stethos.tiny.problems.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
    private static final int SIZE = 700;

    @TempDir private Path folder;

    private static Vocabulary vocabulary() {
        BytePairTrainer trainer = new BytePairTrainer();
        for (int i = 0; i < 1500; i++) {
            Draw draw = Draw.at(3, i);
            trainer.add(ControlText.training(draw));
            MathItem item =
                    ProblemBank.training(Subject.values()[i % Subject.values().length], draw);
            trainer.add("user\n" + item.problem() + "\nmodel\n" + item.solution());
        }
        return trainer.train(SIZE);
    }

    private GemmaTokenizer tokenizer(Vocabulary vocabulary) throws IOException {
        for (Map.Entry<String, byte[]> file : TokenizerJson.files(vocabulary, 128).entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return GemmaTokenizer.open(folder);
    }

    @Test
    void controlTokensAreWhereGemmaHasThem() throws IOException {
        Vocabulary vocabulary = vocabulary();
        assertThat(vocabulary.size()).isEqualTo(SIZE);
        assertThat(vocabulary.ids())
                .containsEntry("<pad>", 0)
                .containsEntry("<eos>", 1)
                .containsEntry("<bos>", 2)
                .containsEntry("<unk>", 3)
                .containsEntry("<start_of_turn>", 105)
                .containsEntry("<end_of_turn>", 106);
        try (GemmaTokenizer tokenizer = tokenizer(vocabulary)) {
            assertThat(tokenizer.bos()).isEqualTo(2);
            assertThat(tokenizer.vocabSize()).isEqualTo(SIZE);
            assertThat(tokenizer.isControl(105)).isTrue();
            assertThat(tokenizer.isControl(104)).isFalse();
        }
    }

    @Test
    void anyTextMakesTheRoundTrip() throws IOException {
        Random random = new Random(11);
        try (GemmaTokenizer tokenizer = tokenizer(vocabulary())) {
            for (int i = 0; i < 300; i++) {
                String text = randomText(random);
                assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
            }
        }
    }

    /// Any code points but surrogates and the sign that stands for a blank in Gemma's vocabulary.
    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int[] limits = {0x80, 0x800, 0x10000, Character.MAX_CODE_POINT + 1};
        for (int i = random.nextInt(30); i >= 0; i--) {
            int point = random.nextInt(limits[random.nextInt(limits.length)]);
            boolean surrogate = point >= 0xD800 && point < 0xE000;
            if (!surrogate && point != WordSplitter.BLANK.codePointAt(0)) {
                text.appendCodePoint(point);
            }
        }
        return text.toString();
    }

    @Test
    void digitsStayAlone() throws IOException {
        try (GemmaTokenizer tokenizer = tokenizer(vocabulary())) {
            for (int id = 0; id < tokenizer.vocabSize(); id++) {
                String spelling = tokenizer.spelling(id);
                if (!tokenizer.isControl(id) && !spelling.startsWith("<0x")) {
                    assertThat(spelling.length() == 1 || !spelling.matches(".*\\d.*"))
                            .as(spelling)
                            .isTrue();
                }
            }
            assertThat(tokenizer.encode("12345")).hasSize(5);
        }
    }

    @Test
    void commonWordsAndTheBoxAreOneToken() throws IOException {
        try (GemmaTokenizer tokenizer = tokenizer(vocabulary())) {
            assertThat(tokenizer.encode(" the")).hasSize(1);
            assertThat(tokenizer.encode(" \\boxed{")).hasSize(1);
        }
    }

    @Test
    void noTokenCrossesAWord() {
        assertThat(vocabulary().ids().keySet())
                .allSatisfy(token -> {
                    boolean control = token.startsWith("<") && token.endsWith(">");
                    if (!control) {
                        assertThat(WordSplitter.words(token)).hasSize(1);
                    }
                });
    }

    @Test
    void theSameTextGivesTheSameBytes() {
        byte[] first = TokenizerJson.files(vocabulary(), 128).get("tokenizer.json");
        byte[] second = TokenizerJson.files(vocabulary(), 128).get("tokenizer.json");
        assertThat(Arrays.equals(first, second)).isTrue();
    }

    @Test
    void equalCountsAreDecidedBySpelling() {
        BytePairTrainer trainer = new BytePairTrainer();
        for (int i = 0; i < 5; i++) {
            trainer.add("zy ab gh ef cd");
        }
        List<Merge> merges = trainer.train(Vocabulary.sizeWithoutMerges() + 5).merges();
        assertThat(merges)
                .containsExactly(
                        new Merge("a", "b"),
                        new Merge("c", "d"),
                        new Merge("e", "f"),
                        new Merge("g", "h"),
                        new Merge("z", "y"));
    }

    @Test
    void refusesAVocabularyThatLeavesEarlyIdsEmpty() {
        assertThatThrownBy(() -> new Vocabulary(List.of(new Merge("a", "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 merges, allowed 4 or more");
    }
}
