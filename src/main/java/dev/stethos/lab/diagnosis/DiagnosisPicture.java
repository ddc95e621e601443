package dev.stethos.lab.diagnosis;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/// A diagnosis as an SVG picture: a row of bars for every score's z and every control, a bar for
/// each layer, the chosen layers filled. The same report gives the same bytes.
public final class DiagnosisPicture {
    private static final int LEFT = 110;
    private static final int WIDTH = 640;
    private static final int ROW = 84;
    private static final int BARS = 56;
    private static final String CHOSEN = "#b3362b";
    private static final String OTHER = "#9aa7b1";

    private final Formatter svg = new Formatter(Locale.ROOT);
    private final List<Integer> chosen;

    private DiagnosisPicture(List<Integer> chosen) {
        this.chosen = chosen;
    }

    public static String svg(DiagnosisReport report) {
        DiagnosisPicture picture = new DiagnosisPicture(report.layers());
        picture.draw(report);
        return picture.svg.toString();
    }

    private void draw(DiagnosisReport report) {
        int rows = report.scores().size() + report.controls().size();
        svg.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                LEFT + WIDTH + 20, 40 + rows * ROW);
        svg.format("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n");
        svg.format(
                "<text x=\"%d\" y=\"18\">Specificity by layer (z); filled: chosen by %s</text>%n",
                LEFT, report.chosen());
        int top = 34;
        for (Map.Entry<String, ScoreByLayer> score : report.scores().entrySet()) {
            row(
                    top,
                    score.getKey(),
                    List.copyOf(score.getValue().layers().keySet()),
                    score.getValue().values(true));
            top += ROW;
        }
        for (Map.Entry<String, SortedMap<Integer, Double>> control : report.controls().entrySet()) {
            row(
                    top,
                    control.getKey(),
                    List.copyOf(control.getValue().keySet()),
                    control.getValue().values().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            top += ROW;
        }
        svg.format("</svg>%n");
    }

    private void row(int top, String name, List<Integer> layers, double... values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        boolean below = false;
        for (double value : values) {
            below |= value < 0;
        }
        double unit = largest == 0 ? 0 : (below ? BARS / 2.0 : BARS) / largest;
        double zero = top + (below ? BARS / 2.0 : BARS);
        double step = (double) WIDTH / Math.max(1, layers.size());
        svg.format("<text x=\"4\" y=\"%.1f\">%s</text>%n", top + BARS / 2.0, escaped(name));
        for (int i = 0; i < values.length; i++) {
            double height = Math.abs(values[i]) * unit;
            svg.format(
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>layer %d: %.4g</title></rect>%n",
                    LEFT + i * step + 1,
                    values[i] < 0 ? zero : zero - height,
                    Math.max(1, step - 2),
                    height,
                    chosen.contains(layers.get(i)) ? CHOSEN : OTHER,
                    layers.get(i),
                    values[i]);
            svg.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"10\">%d</text>%n",
                    LEFT + (i + 0.5) * step, top + BARS + 14, layers.get(i));
        }
        svg.format(
                "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#333333\"/>%n",
                LEFT, zero, LEFT + WIDTH, zero);
    }

    private static String escaped(String text) {
        List<String> parts = new ArrayList<>();
        text.codePoints()
                .forEach(c ->
                        parts.add(
                                switch (c) {
                                    case '<' -> "&lt;";
                                    case '&' -> "&amp;";
                                    default -> Character.toString(c);
                                }));
        return String.join("", parts);
    }
}
