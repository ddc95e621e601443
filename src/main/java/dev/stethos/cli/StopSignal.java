package dev.stethos.cli;

import dev.stethos.serving.Serving;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/// SIGTERM ends the server in order, with exit code 0: it is not ready from then on, what has begun
/// is finished, new requests are refused. A second one ends it at once.
final class StopSignal {
    private StopSignal() {}

    static void endsInOrder(Serving serving) {
        AtomicBoolean before = new AtomicBoolean();
        Signal.handle(
                new Signal("TERM"),
                signal -> {
                    if (before.getAndSet(true)) {
                        System.exit(128 + signal.getNumber());
                    } else {
                        Thread.ofPlatform().name("stethos-drain").start(() -> end(serving));
                    }
                });
    }

    private static void end(Serving serving) {
        try {
            serving.drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(0);
    }
}
