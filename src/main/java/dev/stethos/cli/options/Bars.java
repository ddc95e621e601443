package dev.stethos.cli.options;

import dev.stethos.edit.making.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// One bar after the other on standard error.
public final class Bars implements Progress, AutoCloseable {
    private static final int UPDATE_MILLIS = 500;

    private @Nullable ProgressBar bar;

    @Override
    public void begin(String phase, long total) {
        close();
        bar =
                new ProgressBarBuilder()
                        .setTaskName(phase)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .build();
    }

    @Override
    public void advance(long more) {
        ProgressBar current = bar;
        if (current != null) {
            current.stepBy(more);
        }
    }

    @Override
    public void close() {
        ProgressBar current = bar;
        if (current != null) {
            current.close();
            bar = null;
        }
    }
}
