package dev.stethos.tiny.training;

/// How long and how fast to learn: `steps` of `batch` sequences, a learning rate that rises to
/// `peak` over `warmup` of the steps and falls along a cosine to `floor` of the peak.
public record Schedule(
        int steps, int batch, double peak, double warmup, double floor, double weightDecay) {
    public Schedule {
        if (steps < 1 || batch < 1 || !(peak > 0) || warmup < 0 || warmup >= 1) {
            throw new IllegalArgumentException(
                    "schedule of %d steps, batch %d, peak %s, warm-up %s"
                            .formatted(steps, batch, peak, warmup));
        }
    }

    double rate(int step) {
        double done = (step + 0.5) / steps;
        if (done < warmup) {
            return peak * done / warmup;
        }
        double fall = (done - warmup) / (1 - warmup);
        return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * fall)));
    }
}
