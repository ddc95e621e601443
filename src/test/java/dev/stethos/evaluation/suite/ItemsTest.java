package dev.stethos.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemsTest {
    private static final List<String> SUBJECTS = List.of("prealgebra", "algebra", "number_theory");

    @TempDir private Path folder;

    private static final String FIRST =
            """
            {"id":"a-1","problem":"1 + 1 ?","level":"Level 1","type":"Prealgebra","solution":"so \\\\boxed{2}"}\
            """;
    private static final String SECOND =
            """
            {"problem":"7 mod 4 ?","level":2,"type":"Number Theory","solution":"\\\\boxed{3}","template":"mod"}\
            """;

    @Test
    void readsMathsFieldsAndNamesItemsWithoutIdByTheirLine() {
        assertThat(parse(FIRST + "\n\n" + SECOND + "\n"))
                .containsExactly(
                        new MathProblem("a-1", "1 + 1 ?", "Level 1", "Prealgebra", "so \\boxed{2}"),
                        new MathProblem("3", "7 mod 4 ?", "2", "Number Theory", "\\boxed{3}"));
    }

    @Test
    void byteOrderMarkAndWindowsLineEndsDoNotMatter() {
        List<MathProblem> plain = parse(FIRST + "\n" + SECOND);
        assertThat(parse("\uFEFF" + FIRST + "\r\n" + SECOND + "\r\n")).isEqualTo(plain);
    }

    @Test
    void answersAndSubjectsComeFromTheItem() {
        MathProblem problem = parse(SECOND).getFirst();
        assertThat(problem.answer()).isEqualTo("3");
        assertThat(problem.subject()).isEqualTo("number_theory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"problem\": | not JSON",
                "[1] | not a JSON object",
                "{\"problem\":\"p\",\"problem\":\"q\"} | Duplicate field",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\"} | field solution:"
                        + " nothing",
                "{\"problem\":[\"p\"],\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\"} |"
                        + " field problem: [\"p\"]",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":null,\"solution\":\"\"} | field type:"
                        + " null",
                "{\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"4\"} |"
                        + " complete \\boxed{..}",
                "{\"problem\":\""
                        + " \",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\\\\boxed{4}\"} |"
                        + " problem: blank",
                "{\"id\":\"a-1\",\"problem\":\"p\",\"level\":\"1\",\"type\":\"Algebra\",\"solution\":\"\\\\boxed{4}\"}"
                        + " | f.jsonl, line 1 has it; ids are unique",
            })
    void namesTheLineOfABadItem(String line, String message) {
        assertThatThrownBy(() -> parse(FIRST + "\n" + line))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("f.jsonl, line 2")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAFileWithoutItems() {
        assertThatThrownBy(() -> parse("\n \n"))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("f.jsonl: it has no items, allowed is one or more");
    }

    @ParameterizedTest
    @CsvSource({
        "Number Theory, number_theory",
        "number-theory, number_theory",
        "number_theory, number_theory",
        "Counting & Probability, counting_and_probability",
        "counting and probability, counting_and_probability",
        "Prealgebra, prealgebra",
    })
    void spellsASubjectOneWay(String spelling, String subject) {
        assertThat(MathProblem.subjectOf(spelling)).isEqualTo(subject);
    }

    @Test
    void takesTheAnswersOfDataSetsThatNameTheirFieldsOtherwise() {
        String item =
                """
                {"unique_id":"test/algebra/1.json","problem":"p","subject":"Algebra","level":3,"answer":"\\\\frac12"}\
                """;
        MathProblem problem = parse(item).getFirst();
        assertThat(problem.id()).isEqualTo("test/algebra/1.json");
        assertThat(problem.subject()).isEqualTo("algebra");
        assertThat(problem.answer()).isEqualTo("\\frac12");
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws IOException {
        Path file = folder.resolve("g.jsonl");
        Files.write(file, (FIRST + "\n\u00e9\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Items.read(new Source.Local(file), SUBJECTS, List.of()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("g.jsonl, line 2: not valid UTF-8");
    }

    @Test
    void readsParquetAsItReadsJsonLines() throws Exception {
        List<MathProblem> lines = parse(FIRST + "\n" + SECOND.replace("2,", "\"2\","));
        Path parquet = parquet(folder.resolve("f.parquet"), folder.resolve("f.jsonl"));
        List<MathProblem> rows = Items.read(new Source.Local(parquet), SUBJECTS, List.of());
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0)).isEqualTo(lines.get(0));
        assertThat(rows.get(1).answer()).isEqualTo("3");
    }

    @Test
    void refusesWhatIsNotParquetAndNamesBadRows() throws Exception {
        Path text = Files.writeString(folder.resolve("text.parquet"), "PAR1 no");
        assertThatThrownBy(() -> Items.read(new Source.Local(text), SUBJECTS, List.of()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("text.parquet: not a parquet file");
        Path twice = Files.writeString(folder.resolve("twice.jsonl"), FIRST + "\n" + FIRST);
        Path parquet = parquet(folder.resolve("twice.parquet"), twice);
        assertThatThrownBy(() -> Items.read(new Source.Local(parquet), SUBJECTS, List.of()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("row 2: id a-1 was given")
                .hasMessageContaining("row 1 has it");
    }

    @Test
    void readsAFolderSubjectBySubject() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        String untyped = "{\"problem\":\"p\",\"solution\":\"\\\\boxed 7$\"}";
        Files.writeString(data.resolve("prealgebra.jsonl"), untyped + "\n" + untyped);
        Path algebra = Files.createDirectory(data.resolve("Algebra"));
        Files.writeString(algebra.resolve("test.jsonl"), untyped);
        Files.writeString(algebra.resolve("train.jsonl"), "{\"problem\":\"not asked\"}");
        assertThatThrownBy(() -> Items.read(new Source.Local(data), SUBJECTS, List.of()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("nothing for subject number_theory");
        Files.writeString(data.resolve("number-theory.jsonl"), untyped);
        List<MathProblem> problems = Items.read(new Source.Local(data), SUBJECTS, List.of());
        assertThat(problems)
                .extracting(MathProblem::id)
                .containsExactly("prealgebra/1", "prealgebra/2", "algebra/1", "number_theory/1");
        assertThat(problems).extracting(MathProblem::answer).containsOnly("7");
    }

    @Test
    void namesTheLineOfAProblemWhoseSolutionWasShown() throws IOException {
        List<Prompt.Shot> shots =
                List.of(new Prompt.Shot("a", "b"), new Prompt.Shot(" 7  mod\n4 ?", "3"));
        Path file = Files.writeString(folder.resolve("f.jsonl"), FIRST + "\n" + SECOND);
        assertThatThrownBy(() -> Items.read(new Source.Local(file), SUBJECTS, shots))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("f.jsonl, line 2: item 2 was given")
                .hasMessageContaining("its problem is shot 2 of the prompt");

        Path algebra = Files.createDirectories(folder.resolve("data/algebra"));
        Files.writeString(
                algebra.resolve("test.jsonl"), SECOND.replace("Number Theory", "Algebra"));
        Path train = Files.writeString(algebra.resolve("train-1.jsonl"), "\n\n" + SECOND);
        Source data = new Source.Local(folder.resolve("data"));
        List<String> subjects = List.of("algebra");
        assertThatThrownBy(() -> Items.read(data, subjects, List.of()))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("test.jsonl, line 1: item algebra/1 was given")
                .hasMessageContaining("train-1.jsonl, line 3");
        Files.delete(train);
        assertThat(Items.read(data, subjects, List.of())).hasSize(1);
    }

    private List<MathProblem> parse(String text) {
        try {
            Path file = Files.writeString(folder.resolve("f.jsonl"), text);
            return Items.read(new Source.Local(file), SUBJECTS, List.of());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path parquet(Path parquet, Path lines) throws Exception {
        try (Connection memory = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
                Statement copy = memory.createStatement()) {
            copy.execute(
                    "COPY (SELECT * FROM read_json('%s')) TO '%s' (FORMAT parquet)"
                            .formatted(lines, parquet));
        }
        return parquet;
    }
}
