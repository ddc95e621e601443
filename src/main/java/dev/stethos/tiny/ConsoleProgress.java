package dev.stethos.tiny;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A progress bar per phase on one stream, lines of text on another.
public final class ConsoleProgress implements Progress, AutoCloseable {
    private static final int INTERVAL_MILLIS = 1000;

    private final PrintStream bars;
    private final PrintStream lines;
    private @Nullable ProgressBar bar;

    public ConsoleProgress(PrintStream bars, PrintStream lines) {
        this.bars = bars;
        this.lines = lines;
    }

    @Override
    public void begin(String phase, long steps) {
        end();
        bar =
                new ProgressBarBuilder()
                        .setTaskName(phase)
                        .setInitialMax(steps)
                        .setUpdateIntervalMillis(INTERVAL_MILLIS)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(bars))
                        .build();
    }

    @Override
    public void advance(long done, String note) {
        ProgressBar current = bar;
        if (current != null) {
            current.stepTo(done);
            current.setExtraMessage(note);
        }
    }

    @Override
    public void end() {
        ProgressBar current = bar;
        if (current != null) {
            current.close();
            bar = null;
        }
    }

    @Override
    public void say(String line) {
        end();
        lines.println(line);
    }

    @Override
    public void close() {
        end();
    }
}
