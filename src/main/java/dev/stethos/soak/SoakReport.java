package dev.stethos.soak;

import dev.stethos.soak.ProcessSamples.Sample;
import dev.stethos.stats.TheilSen;
import java.time.Duration;
import java.util.Formatter;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What a soak ended with.
public final class SoakReport {
    private final Tally tally;
    private final ProcessSamples samples;
    private final Duration took;
    private final int clients;
    private final int kills;
    private final int stops;

    SoakReport(
            Tally tally, ProcessSamples samples, Duration took, int clients, int kills, int stops) {
        this.tally = tally;
        this.samples = samples;
        this.took = took;
        this.clients = clients;
        this.kills = kills;
        this.stops = stops;
    }

    /// Requests that were neither answered nor refused, and acknowledged things that were not found
    /// again.
    public long lost() {
        return tally.count(Fate.LOST);
    }

    /// As plain text.
    public String table() {
        Formatter out = new Formatter(Locale.ROOT);
        out.format(
                "%.1f minutes, %d clients; the server was killed %d times and told to stop %d times%n%n",
                took.toMillis() / 60e3, clients, kills, stops);
        out.format("%-24s", "");
        out.format("%9s", "sent");
        for (Fate fate : Fate.values()) {
            out.format("%9s", fate.name().toLowerCase(Locale.ROOT));
        }
        out.format("%n");
        for (String kind : tally.kinds()) {
            long sent = 0;
            for (Fate fate : Fate.values()) {
                sent += tally.count(kind, fate);
            }
            out.format("%-24s%9d", kind, sent);
            for (Fate fate : Fate.values()) {
                out.format("%9d", tally.count(kind, fate));
            }
            out.format("%n");
        }
        out.format("%n%-24s%12s%12s%26s%n", "server, undisturbed", "level", "per minute", "95 %");
        slope(out, "memory, MB", Sample::megabytes);
        slope(out, "file handles", Sample::handles);
        slope(out, "threads", Sample::threads);
        tally.reasons().forEach(reason -> out.format("lost: %s%n", reason));
        return out.toString();
    }

    private void slope(Formatter out, String name, ToDoubleFunction<Sample> value) {
        out.format("%-24s%12.1f", name, samples.level(value));
        TheilSen slope = samples.slope(value);
        if (slope == null) {
            out.format("%12s%26s%n", "-", "too short to tell");
        } else {
            out.format("%12.3f%14.3f to %8.3f%n", slope.slope(), slope.low(), slope.high());
        }
    }
}
