package dev.stethos.cli;

import dev.stethos.evaluation.SampledItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// An evaluation's progress on standard error, with both arms' accuracies so far, which are no
/// result yet. It keeps the items.
final class EvaluationBar implements Consumer<SampledItem>, AutoCloseable {
    private static final int UPDATE_MILLIS = 250;

    private final ProgressBar bar;
    private final List<SampledItem> items = new ArrayList<>();
    private int ofBaseline;
    private int ofCandidate;

    EvaluationBar(String suite, int items) {
        bar =
                new ProgressBarBuilder()
                        .setTaskName(suite)
                        .setInitialMax(items)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .build();
    }

    @Override
    public void accept(SampledItem item) {
        items.add(item);
        ofBaseline += item.answer(0).correct() ? 1 : 0;
        ofCandidate += item.answer(1).correct() ? 1 : 0;
        bar.step();
        bar.setExtraMessage(
                String.format(
                        Locale.ROOT,
                        "so far %.1f %% / %.1f %%",
                        100.0 * ofBaseline / items.size(),
                        100.0 * ofCandidate / items.size()));
    }

    /// The items in their order.
    List<SampledItem> items() {
        return List.copyOf(items);
    }

    @Override
    public void close() {
        bar.close();
    }
}
