package dev.stethos.lab.experiment;

import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.lab.experiment.PlannedArm.Family;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// An experiment as an SVG picture: for each arm the target's change against the base with its
/// interval; the random sets share one row. The same report gives the same bytes.
public final class ExperimentPicture {
    private static final int LEFT = 290;
    private static final int WIDTH = 560;
    private static final int ROW = 20;
    private static final int TOP = 48;

    private final Formatter svg = new Formatter(Locale.ROOT);
    private final ExperimentReport report;
    private final double low;
    private final double high;

    private ExperimentPicture(ExperimentReport report) {
        this.report = report;
        double least = 0;
        double most = 0.01;
        for (ArmOutcome arm : report.arms()) {
            SubjectResult result = arm.subject(report.target());
            least = Math.min(least, result.interval().low());
            most = Math.max(most, result.interval().high());
        }
        low = least;
        high = most;
    }

    public static String svg(ExperimentReport report) {
        ExperimentPicture picture = new ExperimentPicture(report);
        picture.draw();
        return picture.svg.toString();
    }

    private void draw() {
        List<ArmOutcome> alone = report.arms().stream().filter(arm -> !isRandom(arm)).toList();
        List<ArmOutcome> random =
                report.arms().stream().filter(ExperimentPicture::isRandom).toList();
        int rows = alone.size() + (random.isEmpty() ? 0 : 1);
        svg.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                LEFT + WIDTH + 30, TOP + rows * ROW + 20);
        svg.format("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
        svg.format(
                "<text x=\"8\" y=\"18\">%s, %s: points against the base, 95 %% intervals</text>%n",
                escaped(report.target()), escaped(report.items()));
        axis(TOP + rows * ROW);
        int y = TOP;
        for (ArmOutcome arm : alone) {
            label(arm.name(), y);
            bar(arm, y);
            y += ROW;
        }
        if (!random.isEmpty()) {
            label("raw, %d random sets".formatted(random.size()), y);
            for (ArmOutcome arm : random) {
                dot(arm, y, "#5c6770");
            }
        }
        svg.format("</svg>%n");
    }

    private void axis(int bottom) {
        double step = step();
        for (double at = Math.ceil(low / step) * step; at <= high; at += step) {
            svg.format(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>%n",
                    x(at), TOP - 6, x(at), bottom, Math.abs(at) < step / 2 ? "#333333" : "#dddddd");
            svg.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">%+.0f</text>%n",
                    x(at), TOP - 10, 100 * at);
        }
    }

    private double step() {
        for (double step : new double[] {0.01, 0.02, 0.05, 0.1, 0.2}) {
            if ((high - low) / step <= 12) {
                return step;
            }
        }
        return 0.5;
    }

    private void bar(ArmOutcome arm, int y) {
        SubjectResult result = arm.subject(report.target());
        double from = x(Math.min(0, result.difference()));
        double to = x(Math.max(0, result.difference()));
        double middle = y + ROW / 2.0;
        svg.format(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                from, y + 4, to - from, ROW - 8, color(arm));
        svg.format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#333333\"/>%n",
                x(result.interval().low()), middle, x(result.interval().high()), middle);
    }

    private void dot(ArmOutcome arm, int y, String color) {
        svg.format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\" fill-opacity=\"0.5\"><title>%s: layers %s</title></circle>%n",
                x(arm.subject(report.target()).difference()),
                y + ROW / 2.0,
                color,
                escaped(arm.name()),
                arm.layers());
    }

    private String color(ArmOutcome arm) {
        return switch (arm.family()) {
            case CHOSEN -> report.learned().contains(arm.name()) ? "#b3362b" : "#d99a57";
            case ALL -> "#3f6f9f";
            case PROJECTED, HYBRID -> "#6f9f6a";
            case OUTSIDE, RANDOM, BOTTOM, RANDOM_DIRECTIONS -> "#9aa7b1";
        };
    }

    private void label(String name, int y) {
        svg.format("<text x=\"8\" y=\"%d\">%s</text>%n", y + ROW - 6, escaped(name));
    }

    private double x(double difference) {
        return LEFT + WIDTH * (difference - low) / (high - low);
    }

    private static boolean isRandom(ArmOutcome arm) {
        return arm.family() == Family.RANDOM;
    }

    private static String escaped(String text) {
        return String.join("&lt;", String.join("&amp;", text.split("&", -1)).split("<", -1));
    }
}
