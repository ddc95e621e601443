package dev.stethos.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.stats.MedianInterval;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// What a bench run measured, as plain text and as a flat list of numbers.
///
/// @param engine figures of the machine and the engine, measured in the same run
/// @param unedited the unedited model's id
/// @param edited the edited one's
public record BenchReport(
        String unedited,
        String edited,
        List<Measure> engine,
        List<BatchResult> batches,
        MachineLoad load) {
    private static final String HEADING =
            """
                    each   unedited     edited  edited /              95 %         unedited    edited     first
            batch tokens   ms/token   ms/token  unedited          interval  pairs  tokens/s  tokens/s  token ms
            """;

    public BenchReport {
        engine = List.copyOf(engine);
        batches = List.copyOf(batches);
    }

    /// The same with these figures before the others.
    public BenchReport with(List<Measure> figures) {
        return new BenchReport(unedited, edited, figures, batches, load);
    }

    /// Every number by name. The floor of an edited time is the unedited time: an edit can cost
    /// nothing, not less.
    public List<Measure> measures() {
        List<Measure> measures = new ArrayList<>(engine);
        for (BatchResult batch : batches) {
            String of = "_batch_" + batch.batch();
            MedianInterval ratio = batch.ratio();
            double floor = batch.millisPerToken(false);
            measures.add(Measure.of("time_per_token_unedited" + of, floor, "ms"));
            measures.add(
                    new Measure(
                            "time_per_token_edited" + of,
                            batch.millisPerToken(true),
                            "ms",
                            floor,
                            ratio.median()));
            measures.add(Measure.of("edited_over_unedited" + of, ratio.median(), "ratio"));
            measures.add(Measure.of("edited_over_unedited_low" + of, ratio.low(), "ratio"));
            measures.add(Measure.of("edited_over_unedited_high" + of, ratio.high(), "ratio"));
            measures.add(Measure.of("pairs" + of, batch.timing().pairs(), "pairs"));
            for (boolean edited : new boolean[] {false, true}) {
                String arm = (edited ? "_edited" : "_unedited") + of;
                measures.add(
                        Measure.of("throughput" + arm, batch.tokensPerSecond(edited), "tokens/s"));
                measures.add(
                        Measure.of(
                                "time_to_first_token" + arm,
                                batch.millisToFirstToken(edited),
                                "ms"));
            }
        }
        measures.add(Measure.of("cores", load.cores(), "cores"));
        measures.add(Measure.of("load_average_before", load.loadBefore(), "processes"));
        measures.add(Measure.of("load_average_after", load.loadAfter(), "processes"));
        measures.add(Measure.of("cpu_share_own", load.own(), "share"));
        measures.add(Measure.of("cpu_share_others", load.others(), "share"));
        return measures;
    }

    /// [#measures] as a JSON list.
    public String json() {
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(measures());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bench report: " + e.getMessage(), e);
        }
    }

    private static void line(Formatter out, Measure measure) {
        out.format("%-32s %12.3f %-9s", measure.name(), measure.value(), measure.unit());
        if (measure.floor() != null && measure.ratio() != null) {
            out.format(" %12.3f %7.3f", measure.floor(), measure.ratio());
        }
        out.format("%n");
    }

    public String table() {
        Formatter out = new Formatter(Locale.ROOT);
        if (!engine.isEmpty()) {
            out.format("%-32s %12s %-9s %12s %7s%n", "", "value", "unit", "floor", "ratio");
            engine.forEach(measure -> line(out, measure));
            out.format(
                    "%nfloor: what this machine's bandwidth and matrix rate allow; ratio: the share of it"
                            + " that was reached%n%n");
        }
        out.format("edited %s against unedited %s, in alternate blocks%n", edited, unedited);
        out.format(
                "%d cores; load average %.2f before, %.2f after; CPU: own %.0f %%, others %.0f"
                        + " %%%n%n",
                load.cores(),
                load.loadBefore(),
                load.loadAfter(),
                100 * load.own(),
                100 * load.others());
        out.format("%s", HEADING);
        for (BatchResult batch : batches) {
            MedianInterval ratio = batch.ratio();
            out.format(
                    "%5d %6d %10.3f %10.3f %9.4f %7.4f to %6.4f %6d %9.1f %9.1f %10.2f%n",
                    batch.batch(),
                    batch.tokens(),
                    batch.millisPerToken(false),
                    batch.millisPerToken(true),
                    ratio.median(),
                    ratio.low(),
                    ratio.high(),
                    batch.timing().pairs(),
                    batch.tokensPerSecond(false),
                    batch.tokensPerSecond(true),
                    batch.millisToFirstToken(true));
        }
        out.format("%nmedians over blocks; the interval is of the paired ratio's median%n");
        return out.toString();
    }
}
