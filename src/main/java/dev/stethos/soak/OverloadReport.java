package dev.stethos.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// Goodput, refusals and the latency of accepted requests at each load.
public final class OverloadReport {
    private final List<Load> loads;
    private final Duration each;
    private final int tokens;

    /// `each` load lasted so long; an answer has so many `tokens`.
    OverloadReport(List<Load> loads, Duration each, int tokens) {
        this.loads = List.copyOf(loads);
        this.each = each;
        this.tokens = tokens;
    }

    /// Requests that were neither answered nor refused with `Retry-After`.
    public long lost() {
        return loads.stream().mapToLong(load -> load.reasons().size()).sum();
    }

    /// As plain text.
    public String table() {
        double peak = loads.stream().mapToDouble(load -> load.perSecond(each)).max().orElse(0);
        Formatter out = new Formatter(Locale.ROOT);
        out.format(
                "completions of %d tokens; each load is counted for %d s%n%n",
                tokens, each.toSeconds());
        out.format(
                "%-12s%9s%9s%9s%9s%16s%10s%10s%10s%n",
                "load",
                "sent",
                "answered",
                "refused",
                "lost",
                "goodput tok/s",
                "of peak",
                "p50 ms",
                "p99 ms");
        for (Load load : loads) {
            double rate = load.perSecond(each);
            out.format(
                    "%-12s%9d%9d%9d%9d%16.0f%9.0f%%%10.0f%10.0f%n",
                    load.name(),
                    load.sent(),
                    load.answered(),
                    load.refusals(),
                    load.reasons().size(),
                    rate * tokens,
                    100 * rate / peak,
                    load.percentile(0.5),
                    load.percentile(0.99));
        }
        out.format(
                "%ngoodput: answers that came in this time; the rest: of all requests, those before it included%n");
        loads.stream()
                .flatMap(load -> load.reasons().stream().limit(3))
                .forEach(reason -> out.format("lost: %s%n", reason));
        return out.toString();
    }

    /// What became of the requests of one load. Safe from any thread.
    static final class Load {
        private final String name;
        private final List<Double> millis = new ArrayList<>();
        private final List<String> reasons = new ArrayList<>();
        private int inTime;
        private int refusals;

        Load(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        synchronized void answered(double afterMillis, boolean inThatTime) {
            millis.add(afterMillis);
            inTime += inThatTime ? 1 : 0;
        }

        synchronized void refused() {
            refusals++;
        }

        synchronized void lost(String reason) {
            reasons.add(name + ": " + reason);
        }

        synchronized int sent() {
            return millis.size() + refusals + reasons.size();
        }

        synchronized int answered() {
            return millis.size();
        }

        synchronized int refusals() {
            return refusals;
        }

        synchronized List<String> reasons() {
            return List.copyOf(reasons);
        }

        /// Answers per second.
        synchronized double perSecond(Duration each) {
            return inTime / (each.toNanos() / 1e9);
        }

        /// The smallest latency that this share of the answers does not exceed.
        synchronized double percentile(double share) {
            double[] sorted = millis.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[(int) Math.ceil(share * sorted.length) - 1];
        }
    }
}
