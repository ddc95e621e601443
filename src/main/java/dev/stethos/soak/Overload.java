package dev.stethos.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.soak.OverloadReport.Load;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Loads a server with equal completions over HTTP: first as fast as enough clients get answers,
/// each sending its next request after the last one's answer, which is what the server can sustain;
/// then at 1, 2 and 10 times that rate whatever the server says, in the random intervals of
/// independent clients. Nobody sends a refused request again. Each load begins half its time before
/// what comes of it is counted.
public final class Overload {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOKENS = 64;
    private static final int CLIENTS = 20;
    private static final Duration WARM = Duration.ofSeconds(5);
    private static final int[] FACTORS = {1, 2, 10};
    private static final long SEED = 1;

    private final Call call;
    private final URI completions;
    private final String body;
    private final Duration each;

    private Overload(Call call, URI api, Duration each) throws InterruptedException {
        this.call = call;
        this.completions = api.resolve("/v1/completions");
        this.each = each;
        this.body =
                """
                {"model": "%s", "prompt": "What is 12+35?", "max_tokens": %d, "ignore_eos": true}
                """
                        .formatted(model(call, api), TOKENS);
    }

    private static String model(Call call, URI api) throws InterruptedException {
        try {
            HttpResponse<String> answer = call.get(api.resolve("/v1/models"));
            return JSON.readTree(answer.body()).path("data").path(0).path("id").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(api + ": no list of models: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(api + ": no server answers: " + e, e);
        }
    }

    /// Of the server at `api`, so long with each load.
    public static OverloadReport of(URI api, Duration each, Consumer<String> progress)
            throws InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return new Overload(new Call(http), api, each).run(progress);
        }
    }

    /// Of a server with default settings that is started for it, with its state in `folder`.
    public static OverloadReport ofOwnServer(Path folder, Duration each, Consumer<String> progress)
            throws InterruptedException {
        progress.accept("starting a server");
        try (Life life = Life.start(folder, List.of())) {
            OverloadReport report = of(life.api(), each, progress);
            int _ = life.tell();
            return report;
        }
    }

    private OverloadReport run(Consumer<String> progress) throws InterruptedException {
        progress.accept("warming up");
        Load _ = closed(WARM);
        progress.accept("what %d clients in a closed loop get".formatted(CLIENTS));
        List<Load> loads = new ArrayList<>();
        loads.add(closed(each.multipliedBy(3).dividedBy(2)));
        double sustained = loads.getFirst().perSecond(each);
        for (int factor : FACTORS) {
            progress.accept("%d times %.1f requests a second".formatted(factor, sustained));
            loads.add(open(factor + "x", factor * sustained));
        }
        return new OverloadReport(loads, each, TOKENS);
    }

    private Load closed(Duration time) throws InterruptedException {
        Load load = new Load("closed loop");
        long end = System.nanoTime() + time.toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (System.nanoTime() < end) {
                                    send(load, end);
                                }
                            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        return load;
    }

    private Load open(String name, double perSecond) throws InterruptedException {
        Load load = new Load(name);
        Random random = new Random(SEED);
        long next = System.nanoTime();
        long end = next + each.toNanos() * 3 / 2;
        List<Thread> clients = new ArrayList<>();
        while (next < end) {
            LockSupport.parkNanos(next - System.nanoTime());
            clients.add(Thread.ofVirtual().start(() -> send(load, end)));
            next += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
        }
        for (Thread client : clients) {
            client.join();
        }
        return load;
    }

    private void send(Load load, long end) {
        long begin = System.nanoTime();
        try {
            HttpResponse<String> answer = call.send("POST", completions, body);
            long now = System.nanoTime();
            if (answer.statusCode() == 200) {
                load.answered((now - begin) / 1e6, now <= end && now > end - each.toNanos());
            } else if (Call.refuses(answer)) {
                load.refused();
            } else {
                load.lost(answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            load.lost(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            load.lost(e.toString());
        }
    }
}
