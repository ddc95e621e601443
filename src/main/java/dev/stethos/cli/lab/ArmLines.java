package dev.stethos.cli.lab;

import dev.stethos.lab.experiment.ArmOutcome;
import dev.stethos.lab.experiment.Experiment;
import java.io.PrintWriter;
import java.util.Locale;

/// A line for each arm, with about how long the others will take.
final class ArmLines implements Experiment.Watcher {
    private final PrintWriter err;
    private long began;
    private int number;
    private int of;

    ArmLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begin(String arm, int which, int count) {
        if (which == 1) {
            began = System.nanoTime();
        }
        number = which;
        of = count;
        err.printf("%d/%d %s: ", which, count, arm);
        err.flush();
    }

    @Override
    public void end(ArmOutcome outcome) {
        double minutes = (System.nanoTime() - began) / 6e10;
        err.printf(
                Locale.ROOT,
                "%.1f %%, base %.1f %%; about %.1f minutes left%n",
                100 * outcome.overall().candidate().accuracy(),
                100 * outcome.overall().baseline().accuracy(),
                minutes * (of - number) / number);
        err.flush();
    }
}
