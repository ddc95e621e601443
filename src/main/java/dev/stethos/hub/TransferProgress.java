package dev.stethos.hub;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// How far a download is: a bar where there is a terminal, else a line every few seconds. Safe from
/// any thread.
final class TransferProgress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 500;
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;

    private final String what;
    private final long total;
    private final Consumer<String> lines;
    private final @Nullable ProgressBar bar;
    private final long started = System.nanoTime();
    private final long before;
    private long here;
    private long lastLine = started;

    /// `here` of `total` bytes have come already; `terminal` is null where there is none.
    TransferProgress(
            String what,
            long total,
            long here,
            Consumer<String> lines,
            @Nullable PrintStream terminal) {
        this.what = what;
        this.total = total;
        this.before = here;
        this.here = here;
        this.lines = lines;
        lines.accept(
                here == 0
                        ? "downloading %s, %s".formatted(what, size(total))
                        : "downloading %s, %s of %s are here"
                                .formatted(what, size(here), size(total)));
        bar =
                terminal == null
                        ? null
                        : new ProgressBarBuilder()
                                .setTaskName(what)
                                .setInitialMax(total)
                                .startsFrom(here, Duration.ZERO)
                                .setUnit("MB", (long) MEGA)
                                .showSpeed()
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(UPDATE_MILLIS)
                                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                                .build();
    }

    /// The terminal's error stream, null where output goes elsewhere.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 has no console where there is no terminal.
    static @Nullable PrintStream terminal() {
        return System.console() != null && System.console().isTerminal() ? System.err : null;
    }

    /// More bytes are here; a negative count were thrown away.
    synchronized void came(long bytes) {
        here += bytes;
        if (bar != null) {
            bar.stepTo(here);
            return;
        }
        long now = System.nanoTime();
        if (now - lastLine >= LINE_NANOS) {
            lastLine = now;
            double rate = Math.max(0, here - before) / Math.max(1e-9, (now - started) / 1e9);
            lines.accept(
                    String.format(
                            Locale.ROOT,
                            "downloading %s: %s of %s (%d %%), %.1f MB/s",
                            what,
                            size(here),
                            size(total),
                            total == 0 ? 100 : (long) (100.0 * here / total),
                            rate / MEGA));
        }
    }

    synchronized void say(String line) {
        lines.accept(line);
    }

    static String size(long bytes) {
        return bytes >= GIGA
                ? String.format(Locale.ROOT, "%.2f GB", bytes / GIGA)
                : String.format(Locale.ROOT, "%.1f MB", bytes / MEGA);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
