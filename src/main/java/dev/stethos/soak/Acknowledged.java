package dev.stethos.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// What the server has said that it did, to be found again whatever happens to its process: the
/// active profile with its entry in the history, and evaluations with their ends.
final class Acknowledged {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SWAP = "swap";
    private static final String EVALUATION = "evaluation";
    private static final String FOUND = "found again";
    private static final String ORDER =
            """
            {"suite": "tiny-math", "baseline": "%1$s:base", "candidate": "%1$s:number-theory",
             "limit": 1, "controlDocuments": 4}
            """;
    private static final int MOST_OPEN = 2;

    private final Call call;
    private final Tally tally;
    private final List<String> evaluations = new ArrayList<>();
    private String active = "";
    private String wanted = "";
    private int swaps;

    Acknowledged(Call call, Tally tally) {
        this.call = call;
        this.tally = tally;
    }

    /// Makes another profile active.
    synchronized void swap(Life life) throws InterruptedException {
        String profile = active.equals("base") ? "number-theory" : "base";
        wanted = profile;
        try {
            HttpResponse<String> answer =
                    call.send(
                            "PUT",
                            life.api().resolve("/admin/active"),
                            "{\"profile\": \"%s\"}".formatted(profile));
            if (answer.statusCode() == 200) {
                active = profile;
                swaps++;
                tally.add(SWAP, Fate.ANSWERED);
            } else {
                unanswered(SWAP, answer);
            }
        } catch (IOException e) {
            failed(SWAP, life, e);
        }
    }

    /// Orders an evaluation, unless several have not ended.
    synchronized void evaluate(Life life) throws InterruptedException {
        if (open(life) >= MOST_OPEN) {
            return;
        }
        try {
            HttpResponse<String> answer =
                    call.send(
                            "POST",
                            life.api().resolve("/v1/evaluations"),
                            ORDER.formatted(life.model()));
            if (answer.statusCode() == 202) {
                evaluations.add(JSON.readTree(answer.body()).path("id").asText());
                tally.add(EVALUATION, Fate.ANSWERED);
            } else {
                unanswered(EVALUATION, answer);
            }
        } catch (IOException e) {
            failed(EVALUATION, life, e);
        }
    }

    private void unanswered(String kind, HttpResponse<String> answer) {
        if (Call.refuses(answer)) {
            tally.add(kind, Fate.REFUSED);
        } else {
            tally.lost(kind, answer.statusCode() + " " + answer.body());
        }
    }

    private void failed(String kind, Life life, IOException reason) {
        if (life.end() == Life.End.NONE) {
            tally.lost(kind, reason.toString());
        } else {
            tally.add(kind, Fate.CUT);
        }
    }

    /// Looks, in a new life, for what the ones before acknowledged. A change that was being made
    /// may have been made.
    synchronized void check(Life life) throws InterruptedException {
        try {
            JsonNode changes = json(life, "/admin/history").path("changes");
            String last = lastMade(changes);
            String now = activeNow(life);
            boolean known = swaps == 0 || now.equals(active) || now.equals(wanted);
            found(SWAP, known && (swaps == 0 || last.equals(now)), "active is " + now);
            active = now;
            for (String id : evaluations) {
                found(EVALUATION, status(life, id).length() > 0, id);
            }
        } catch (IOException e) {
            tally.lost(FOUND, e.toString());
        }
    }

    /// The newest change that was made; those that failed or were interrupted changed nothing.
    private static String lastMade(JsonNode changes) {
        for (JsonNode change : changes) {
            if (change.path("outcome").asText().equals("active")) {
                return change.path("to").path("profile").asText();
            }
        }
        return "";
    }

    private String activeNow(Life life) throws IOException, InterruptedException {
        for (JsonNode profile : json(life, "/admin/profiles").path("profiles")) {
            if (profile.path("state").asText().equals("active")) {
                return profile.path("profile").asText();
            }
        }
        return "";
    }

    private void found(String kind, boolean there, String what) {
        if (there) {
            tally.add(kind + " " + FOUND, Fate.ANSWERED);
        } else {
            tally.lost(kind + " " + FOUND, what);
        }
    }

    /// How many evaluations have not ended.
    synchronized int open(Life life) throws InterruptedException {
        int open = 0;
        for (String id : evaluations) {
            try {
                open += isOpen(status(life, id)) ? 1 : 0;
            } catch (IOException e) {
                open++;
            }
        }
        return open;
    }

    private static boolean isOpen(String status) {
        return status.equals("queued") || status.equals("running");
    }

    /// Every evaluation must have been completed.
    synchronized void checkEnds(Life life) throws InterruptedException {
        for (String id : evaluations) {
            try {
                String status = status(life, id);
                if (status.equals("completed")) {
                    tally.add("evaluation completed", Fate.ANSWERED);
                } else {
                    tally.lost("evaluation completed", id + " is " + status);
                }
            } catch (IOException e) {
                tally.lost("evaluation completed", e.toString());
            }
        }
    }

    private String status(Life life, String id) throws IOException, InterruptedException {
        return json(life, "/v1/evaluations/" + id).path("status").asText();
    }

    private JsonNode json(Life life, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = call.get(life.api().resolve(path));
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
