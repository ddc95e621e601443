package dev.stethos.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A hub on loopback with one model, `google/gemma-3-4b-it`, whose branch `main` is [#COMMIT].
/// Large files come from a second server, as the hub's do. Faults are taken one per request.
public final class FakeHub implements AutoCloseable {
    public static final String MODEL = "hf://google/gemma-3-4b-it";
    public static final String COMMIT = "093f9f388b31de276ce2de164bdc2081324b9767";
    static final String API = "/api/models/google/gemma-3-4b-it/revision/main";

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    /// What goes wrong with one request.
    sealed interface Fault {
        /// Another answer, with headers.
        record Answer(int status, Map<String, String> headers, String body) implements Fault {}

        /// The connection ends after some bytes of the body, once they have `arrived`.
        record Cut(int bytes, BooleanSupplier arrived) implements Fault {}

        /// Nothing comes after some bytes of the body until the server is closed.
        record Stall(int bytes) implements Fault {}

        /// Other bytes of the same length.
        record Garbled() implements Fault {}

        /// The whole file, whatever was asked for.
        record NoRanges() implements Fault {}

        /// A range that begins a byte early.
        record OtherRange() implements Fault {}
    }

    record Request(String server, String path, @Nullable String range, @Nullable String token) {}

    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hub;
    private final HttpServer storage;
    private volatile @Nullable String listing;

    public FakeHub() {
        hub = server(this::answerAsHub);
        storage = server(this::answerAsStorage);
    }

    private HttpServer server(Handler handler) {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            handler.handle(exchange);
                        }
                    });
            server.setExecutor(threads);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    /// Adds a file; `.safetensors` and `tokenizer.json` are large ones.
    public FakeHub with(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    FakeHub with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /// Every file of a folder.
    public FakeHub withFolder(Path folder) throws IOException {
        try (java.util.stream.Stream<Path> entries = Files.list(folder)) {
            for (Path file : entries.filter(Files::isRegularFile).toList()) {
                with(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return this;
    }

    /// The next requests for a path of the hub, or for `storage:` and a file's name, go wrong.
    FakeHub failing(String what, Fault... next) {
        faults.computeIfAbsent(what, key -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    /// Answers the API with this instead of the listing.
    FakeHub listing(String json) {
        listing = json;
        return this;
    }

    public HubSettings settings() {
        return settings(null, 1 << 20);
    }

    HubSettings settings(@Nullable String token, long pieceBytes) {
        return new HubSettings(
                endpoint(),
                token == null ? null : new HubToken(token),
                new TransferLimits(
                        3,
                        pieceBytes,
                        4,
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofSeconds(20)));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    /// What was asked of the storage server for a file, `null` for all of it.
    List<@Nullable String> ranges(String file) {
        return requests.stream()
                .filter(request -> request.path().equals("/blobs/" + file))
                .map(Request::range)
                .toList();
    }

    private void answerAsHub(HttpExchange exchange) throws IOException {
        String path = note("hub", exchange);
        String resolve = "/google/gemma-3-4b-it/resolve/" + COMMIT + "/";
        Fault fault = next(path);
        if (fault instanceof Fault.Answer answer) {
            send(exchange, answer);
        } else if (path.equals(API) || path.equals(API.replace("main", COMMIT))) {
            String json = listing == null ? listing() : listing;
            content(exchange, json.getBytes(StandardCharsets.UTF_8), fault);
        } else if (path.startsWith(resolve)
                && files.containsKey(path.substring(resolve.length()))) {
            String file = path.substring(resolve.length());
            if (isLarge(file)) {
                exchange.getResponseHeaders().set("Location", signed(file));
                exchange.sendResponseHeaders(302, -1);
            } else {
                content(exchange, files.get(file), fault);
            }
        } else {
            send(exchange, new Fault.Answer(404, Map.of("X-Error-Code", "RepoNotFound"), ""));
        }
    }

    private void answerAsStorage(HttpExchange exchange) throws IOException {
        String file = note("storage", exchange).substring("/blobs/".length());
        Fault fault = next("storage:" + file);
        if (fault instanceof Fault.Answer answer) {
            send(exchange, answer);
        } else {
            content(exchange, files.get(file), fault);
        }
    }

    private String note(String server, HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String path = exchange.getRequestURI().getRawPath();
        requests.add(
                new Request(
                        server,
                        path,
                        headers.getFirst("Range"),
                        headers.getFirst("Authorization")));
        return path;
    }

    private @Nullable Fault next(String what) {
        Queue<Fault> queue = faults.get(what);
        if (queue == null) {
            return null;
        }
        synchronized (queue) {
            return queue.poll();
        }
    }

    private String signed(String file) {
        return "http://127.0.0.1:%d/blobs/%s?X-Signature=abc"
                .formatted(storage.getAddress().getPort(), file);
    }

    private static void send(HttpExchange exchange, Fault.Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void content(HttpExchange exchange, byte[] whole, @Nullable Fault fault)
            throws IOException {
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        byte[] body = whole;
        int status = 200;
        if (range.matches() && !(fault instanceof Fault.NoRanges)) {
            int shift = fault instanceof Fault.OtherRange ? 1 : 0;
            int from = Integer.parseInt(range.group(1)) - shift;
            int to = Integer.parseInt(range.group(2)) - shift;
            body = java.util.Arrays.copyOfRange(whole, from, to + 1);
            status = 206;
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, to, whole.length));
        }
        if (fault instanceof Fault.Garbled) {
            body = body.clone();
            body[body.length / 2] ^= 1;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        OutputStream out = exchange.getResponseBody();
        switch (fault) {
            case Fault.Cut cut -> {
                out.write(body, 0, cut.bytes());
                out.flush();
                await(cut.arrived());
            }
            case Fault.Stall stall -> {
                out.write(body, 0, stall.bytes());
                out.flush();
                await(() -> false);
            }
            case null, default -> out.write(body);
        }
    }

    private static void await(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isLarge(String file) {
        return file.endsWith(".safetensors") || file.equals("tokenizer.json");
    }

    private String listing() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("id", "google/gemma-3-4b-it").put("sha", COMMIT);
        files.forEach((name, content) -> {
            ObjectNode file = root.withArray("siblings").addObject();
            file.put("rfilename", name).put("size", content.length);
            if (isLarge(name)) {
                file.put("blobId", "0".repeat(40));
                file.putObject("lfs")
                        .put("sha256", hash("SHA-256", content))
                        .put("size", content.length)
                        .put("pointerSize", 135);
            } else {
                file.put("blobId", gitBlob(content));
            }
        });
        return root.toString();
    }

    private static String gitBlob(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] blob = java.util.Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, blob, head.length, content.length);
        return hash("SHA-1", blob);
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    Map<String, byte[]> files() {
        return Collections.unmodifiableMap(files);
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
