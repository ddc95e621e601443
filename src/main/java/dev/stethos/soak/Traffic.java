package dev.stethos.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// What clients of every kind send, and what became of it.
final class Traffic {
    private static final List<String> BAD =
            List.of(
                    "{\"model\": \"%s\", \"prompt\": \"2+3=\", \"max_tokens\": -1}",
                    "{\"model\": \"%s\", \"prompt\": [[99999999]]}",
                    "{\"model\": \"%s-absent\", \"prompt\": \"2+3=\"}",
                    "{\"model\": \"%s\", \"prompt\": ");
    private static final String DONE = "data: [DONE]";
    private static final int SLOW_MILLIS = 20;

    /// A kind of client.
    enum Kind {
        STREAM,
        COMPLETION,
        CHAT,
        SLOW_READER,
        VANISHED,
        BAD_REQUEST;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Call call;
    private final Tally tally;

    Traffic(Call call, Tally tally) {
        this.call = call;
        this.tally = tally;
    }

    /// Sends one request of a random kind and waits for its end. True when it was refused.
    boolean send(Life life, Random random) throws InterruptedException {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean[] begun = new boolean[1];
        try {
            Fate fate = send(life, kind, random, begun);
            tally.add(kind.word(), fate);
            return fate == Fate.REFUSED;
        } catch (IOException e) {
            boolean cut =
                    switch (life.end()) {
                        case NONE -> false;
                        case TOLD -> !begun[0];
                        case KILLED -> true;
                    };
            if (cut) {
                tally.add(kind.word(), Fate.CUT);
            } else {
                tally.lost(kind.word(), e.toString());
            }
            return false;
        }
    }

    private Fate send(Life life, Kind kind, Random random, boolean[] begun)
            throws IOException, InterruptedException {
        int tokens = 1 + random.nextInt(96);
        String prompt = "What is %d+%d?".formatted(random.nextInt(100), random.nextInt(100));
        URI completions = life.api().resolve("/v1/completions");
        return switch (kind) {
            case COMPLETION ->
                    whole(
                            call.send("POST", completions, body(life, prompt, tokens, false)),
                            "\"finish_reason\"");
            case CHAT ->
                    whole(
                            call.send(
                                    "POST",
                                    life.api().resolve("/v1/chat/completions"),
                                    """
                                    {"model": "%s", "max_tokens": %d,
                                     "messages": [{"role": "user", "content": "%s"}]}
                                    """
                                            .formatted(life.model(), tokens, prompt)),
                            "\"finish_reason\"");
            case BAD_REQUEST -> {
                String bad = BAD.get(random.nextInt(BAD.size())).formatted(life.model());
                HttpResponse<String> answer = call.send("POST", completions, bad);
                boolean right = answer.statusCode() == 400 || answer.statusCode() == 404;
                yield right && answer.body().contains("\"error\"")
                        ? Fate.ANSWERED
                        : whole(answer, "never");
            }
            case STREAM, SLOW_READER, VANISHED ->
                    stream(call.open(completions, body(life, prompt, tokens, true)), kind, begun);
        };
    }

    private static String body(Life life, String prompt, int tokens, boolean stream) {
        return "{\"model\": \"%s\", \"prompt\": \"%s\", \"max_tokens\": %d, \"stream\": %s}"
                .formatted(life.model(), prompt, tokens, stream);
    }

    private static Fate whole(HttpResponse<String> answer, String part) throws IOException {
        if (answer.statusCode() == 200 && answer.body().contains(part)) {
            return Fate.ANSWERED;
        }
        if (Call.refuses(answer)) {
            return Fate.REFUSED;
        }
        throw new IOException(answer.statusCode() + " " + answer.body());
    }

    private static Fate stream(HttpResponse<InputStream> answer, Kind kind, boolean[] begun)
            throws IOException, InterruptedException {
        try (BufferedReader lines = Call.lines(answer)) {
            if (answer.statusCode() != 200) {
                if (Call.refuses(answer)) {
                    return Fate.REFUSED;
                }
                throw new IOException(answer.statusCode() + " " + lines.readLine());
            }
            begun[0] = true;
            String last = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (kind == Kind.VANISHED) {
                    return Fate.LEFT;
                }
                if (kind == Kind.SLOW_READER) {
                    Thread.sleep(SLOW_MILLIS);
                }
                last = line.isEmpty() ? last : line;
            }
            if (!last.equals(DONE)) {
                throw new IOException("the stream ended with: " + last);
            }
            return Fate.ANSWERED;
        }
    }
}
