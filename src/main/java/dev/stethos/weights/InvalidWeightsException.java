package dev.stethos.weights;

/// A weights file or checkpoint folder that is refused. The message says where (the file's name,
/// never its folder), what was given and what is allowed; text from the file is escaped in it.
public final class InvalidWeightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_LENGTH = 120;

    public InvalidWeightsException(String file, String problem) {
        super(shown(file) + ": " + problem);
    }

    public InvalidWeightsException(String file, String problem, Throwable cause) {
        super(shown(file) + ": " + problem, cause);
    }

    /// `text` as it may stand in a message or a log line: control, format and lone surrogate
    /// characters escaped, long text cut.
    public static String shown(String text) {
        return shown(text, SHOWN_LENGTH);
    }

    /// As above, cut after `most` characters.
    public static String shown(String text, int most) {
        StringBuilder out = new StringBuilder();
        int[] points = text.codePoints().limit(most + 1L).toArray();
        for (int i = 0; i < Math.min(points.length, most); i++) {
            if (printable(points[i])) {
                out.appendCodePoint(points[i]);
            } else {
                out.append(String.format("\\u%04x", points[i]));
            }
        }
        return points.length > most ? out.append("...").toString() : out.toString();
    }

    private static boolean printable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
