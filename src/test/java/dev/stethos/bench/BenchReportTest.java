package dev.stethos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenchReportTest {
    private static final BenchReport REPORT =
            new BenchReport(
                    "tiny:base",
                    "tiny:number-theory",
                    List.of(
                            Measure.rate("decode_batch_1", 2, "tokens/s", 4),
                            Measure.of("load_time", 3, "s")),
                    List.of(batch(1, 2e6, 2.02e6), batch(16, 8e6, 8e6)),
                    new MachineLoad(2, 0.25, 1.5, 0.5, 0.125));

    @Test
    void namesEveryNumberOnceWithItsUnit() {
        assertThat(measure("time_per_token_unedited_batch_1"))
                .isEqualTo(Measure.of("time_per_token_unedited_batch_1", 2, "ms"));
        assertThat(measure("edited_over_unedited_batch_1").value()).isCloseTo(1.01, within(1e-12));
        assertThat(measure("throughput_edited_batch_16").value()).isCloseTo(2000, within(1e-9));
        assertThat(measure("time_to_first_token_edited_batch_1").value())
                .isCloseTo(5, within(1e-12));
        assertThat(measure("cpu_share_others").value()).isEqualTo(0.125);
    }

    @Test
    void figuresOfTheEngineAndEditedTimesHaveAFloor() {
        assertThat(REPORT.measures().stream().filter(measure -> measure.floor() != null))
                .extracting(Measure::name, Measure::floor)
                .containsExactly(
                        tuple("decode_batch_1", 4.0),
                        tuple("time_per_token_edited_batch_1", 2.0),
                        tuple("time_per_token_edited_batch_16", 8.0));
    }

    @Test
    void tableShowsBothBatchesInOneHundredColumns() {
        String table = REPORT.table();
        assertThat(table.lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(table)
                .contains("2 cores; load average 0.25 before, 1.50 after")
                .containsPattern("decode_batch_1 +2[.]000 tokens/s +4[.]000 +0[.]500")
                .containsPattern("load_time +3[.]000 s")
                .contains("1.0100")
                .contains("1.0000 to 1.0000");
    }

    private static Measure measure(String name) {
        List<Measure> named =
                REPORT.measures().stream().filter(one -> one.name().equals(name)).toList();
        assertThat(named).as(name).hasSize(1);
        return named.getFirst();
    }

    private static BatchResult batch(int size, double unedited, double edited) {
        return new BatchResult(size, 32, new PairedTiming<>(blocks(unedited), blocks(edited)));
    }

    private static List<DecodeBlock> blocks(double perToken) {
        return IntStream.range(0, 8).mapToObj(i -> new DecodeBlock(5e6, perToken)).toList();
    }
}
