package dev.stethos.soak;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Mixed traffic, swaps and evaluations against one server. In the first half of the time its
/// process is killed or told to stop again and again and started anew; in the second half it is
/// left alone and watched. Requests that a kill cuts are counted as such; what was acknowledged
/// must be found again.
public final class Soak {
    /// A heap of one size, so that what grows is no heap that is still being filled.
    private static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(40);
    private static final Duration BETWEEN_SWAPS = Duration.ofSeconds(3);
    private static final Duration BETWEEN_EVALUATIONS = Duration.ofSeconds(45);
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(2);
    private static final Duration LAST_EVALUATIONS = Duration.ofMinutes(10);

    private final Path folder;
    private final Duration time;
    private final int clients;
    private final long seed;
    private final Consumer<String> progress;
    private final Tally tally = new Tally();
    private final Call call;
    private final Traffic traffic;
    private final Acknowledged acknowledged;
    private volatile Life life;
    private volatile boolean stopped;
    private int kills;
    private int stops;

    private Soak(
            Path folder,
            Duration time,
            int clients,
            long seed,
            HttpClient http,
            Life life,
            Consumer<String> progress) {
        this.folder = folder;
        this.time = time;
        this.clients = clients;
        this.seed = seed;
        this.progress = progress;
        this.life = life;
        call = new Call(http);
        traffic = new Traffic(call, tally);
        acknowledged = new Acknowledged(call, tally);
    }

    /// Runs with as many clients at once, and server state in `folder`. `progress` hears what
    /// happens to the server.
    public static SoakReport run(
            Path folder, Duration time, int clients, long seed, Consumer<String> progress)
            throws InterruptedException {
        progress.accept("starting a server");
        try (HttpClient http = HttpClient.newHttpClient();
                Life first = Life.start(folder, HEAP)) {
            Soak soak = new Soak(folder, time, clients, seed, http, first, progress);
            try {
                return soak.run();
            } finally {
                soak.life.close();
            }
        }
    }

    private SoakReport run() throws InterruptedException {
        long begin = System.nanoTime();
        long half = begin + time.toNanos() / 2;
        long end = begin + time.toNanos();
        Random random = new Random(seed);
        acknowledged.check(life);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Random own = new Random(random.nextLong());
            threads.add(Thread.ofVirtual().start(() -> client(own)));
        }
        threads.add(Thread.ofVirtual().start(() -> every(BETWEEN_SWAPS, acknowledged::swap)));
        threads.add(
                Thread.ofVirtual().start(() -> every(BETWEEN_EVALUATIONS, acknowledged::evaluate)));
        while (System.nanoTime() < half) {
            Thread.sleep(
                    Math.min(
                            BETWEEN_KILLS.toMillis(),
                            Math.max(1, (half - System.nanoTime()) / 1_000_000)));
            replace(random.nextBoolean());
        }
        ProcessSamples samples = new ProcessSamples(life.pid());
        while (System.nanoTime() < end) {
            Thread.sleep(BETWEEN_SAMPLES);
            samples.take();
            if (!life.isAlive()) {
                tally.lost("server", "it ended by itself");
                break;
            }
        }
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        finish();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new SoakReport(tally, samples, took, clients, kills, stops);
    }

    /// Ends the server and starts it anew.
    private void replace(boolean kill) throws InterruptedException {
        if (kill) {
            progress.accept("kill -9");
            life.kill();
            kills++;
        } else {
            progress.accept("SIGTERM");
            int code = life.tell();
            stops++;
            if (code != 0) {
                tally.lost("server", "told to stop, it ended with code " + code);
            }
        }
        Life next = Life.start(folder, HEAP);
        acknowledged.check(next);
        life = next;
    }

    /// Waits for the evaluations that are still open, then stops the server.
    private void finish() throws InterruptedException {
        long patience = System.nanoTime() + LAST_EVALUATIONS.toNanos();
        while (acknowledged.open(life) > 0 && System.nanoTime() < patience) {
            Thread.sleep(BETWEEN_SAMPLES);
        }
        acknowledged.checkEnds(life);
        int code = life.tell();
        if (code != 0) {
            tally.lost("server", "told to stop, it ended with code " + code);
        }
    }

    private void client(Random random) {
        while (!stopped) {
            Life now = life;
            try {
                if (now.end() != Life.End.NONE) {
                    Thread.sleep(50);
                } else if (traffic.send(now, random)) {
                    Thread.sleep(200);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void every(Duration pause, Act act) {
        while (!stopped) {
            Life now = life;
            try {
                if (now.end() == Life.End.NONE) {
                    act.on(now);
                }
            } catch (InterruptedException e) {
                return;
            }
            long next = System.nanoTime() + pause.toNanos();
            while (!stopped && System.nanoTime() < next) {
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private interface Act {
        void on(Life life) throws InterruptedException;
    }
}
