package dev.stethos.soak;

import dev.stethos.stats.TheilSen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Memory, file handles and threads of one process over time, as Linux counts them.
final class ProcessSamples {
    private static final double CONFIDENCE = 0.95;
    private static final int BLOCKS = 12;

    /// @param minutes since the first sample
    record Sample(double minutes, double megabytes, double handles, double threads) {}

    private final Path process;
    private final long begin = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>();

    ProcessSamples(long pid) {
        process = Path.of("/proc", String.valueOf(pid));
    }

    /// Nothing is added where the system does not say.
    void take() {
        double[] status = new double[2];
        try (Stream<Path> handles = Files.list(process.resolve("fd"))) {
            for (String line :
                    Files.readAllLines(process.resolve("status"), StandardCharsets.UTF_8)) {
                String[] words = line.split("\\s+", -1);
                switch (words[0]) {
                    case "VmRSS:" -> status[0] = Double.parseDouble(words[1]) / 1024;
                    case "Threads:" -> status[1] = Double.parseDouble(words[1]);
                    default -> {}
                }
            }
            samples.add(
                    new Sample(
                            (System.nanoTime() - begin) / 60e9,
                            status[0],
                            handles.count(),
                            status[1]));
        } catch (IOException e) {
            return;
        }
    }

    /// The slope per minute of the second half's blocks: medians of neighbouring samples, which
    /// depend less on one another than samples do. Null of too few.
    @Nullable TheilSen slope(ToDoubleFunction<Sample> value) {
        List<Sample> late = samples.subList(samples.size() / 2, samples.size());
        int size = late.size() / BLOCKS;
        if (size == 0) {
            return null;
        }
        double[] x = new double[BLOCKS];
        double[] y = new double[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            List<Sample> block = late.subList(i * size, (i + 1) * size);
            x[i] = median(block, Sample::minutes);
            y[i] = median(block, value);
        }
        return TheilSen.of(x, y, CONFIDENCE);
    }

    /// The median of the second half.
    double level(ToDoubleFunction<Sample> value) {
        return median(samples.subList(samples.size() / 2, samples.size()), value);
    }

    private static double median(List<Sample> some, ToDoubleFunction<Sample> value) {
        double[] sorted = some.stream().mapToDouble(value).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
