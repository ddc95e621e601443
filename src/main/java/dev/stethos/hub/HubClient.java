package dev.stethos.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks the hub. Every redirect is followed by hand, only to allowed hosts, and only the hub itself
/// sees the token. Safe from any thread.
final class HubClient implements AutoCloseable {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> BUSY = Set.of(408, 425, 429);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_LISTING = 50_000_000;

    private final HubSettings settings;
    private final AllowedHosts hosts;
    private final HttpClient http;
    private final ScheduledExecutorService watches =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("stethos-hub-watch").daemon().factory());

    HubClient(HubSettings settings) {
        this.settings = settings;
        hosts = new AllowedHosts(settings.endpoint());
        // Over HTTP/2 all pieces would share one connection and its window.
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.limits().stall())
                        .build();
    }

    /// What the revision means now.
    Listing list(ModelReference model) throws IOException, InterruptedException {
        String path =
                "/api/models/%s/revision/%s?blobs=true"
                        .formatted(model.id(), model.revision().replace("/", "%2F"));
        try (HubAnswer answer = get(model, path, null)) {
            return Listing.read(model, answer.bytes(MAX_LISTING));
        }
    }

    /// A file's content, or the part of it that a `Range` header names.
    HubAnswer file(ModelReference model, String commit, String file, @Nullable String range)
            throws IOException, InterruptedException {
        return get(model, "/%s/resolve/%s/%s".formatted(model.id(), commit, file), range);
    }

    private HubAnswer get(ModelReference model, String path, @Nullable String range)
            throws IOException, InterruptedException {
        URI at = URI.create(settings.endpoint() + path);
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            hosts.check(at);
            HubAnswer answer = send(at, range);
            if (answer.status() == 200 || answer.status() == 206) {
                return answer;
            }
            try (answer) {
                if (!REDIRECTS.contains(answer.status())) {
                    throw failure(model, at, answer);
                }
                at = location(at, answer);
            }
        }
        throw new HubTransferException(
                "%s: more than %d redirects".formatted(model, MAX_REDIRECTS));
    }

    private HubAnswer send(URI at, @Nullable String range)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at)
                        .timeout(settings.limits().stall())
                        .header("User-Agent", "stethos")
                        .header("Accept-Encoding", "identity");
        if (range != null) {
            request.header("Range", range);
        }
        HubToken token = settings.token();
        if (token != null && hosts.isEndpoint(at)) {
            request.header("Authorization", "Bearer " + token.value());
        }
        String origin = AllowedHosts.origin(at);
        try {
            HttpResponse<InputStream> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            return new HubAnswer(response, settings.limits().stall(), watches);
        } catch (ConnectException e) {
            throw new BrokenTransferException("cannot connect to " + origin, e);
        } catch (HttpTimeoutException e) {
            throw new BrokenTransferException("no answer from " + origin, e);
        } catch (IOException e) {
            String why = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
            throw new BrokenTransferException("the connection to " + origin + " broke" + why, e);
        }
    }

    private static URI location(URI at, HubAnswer answer) {
        String location = answer.header("Location");
        try {
            if (!location.isEmpty()) {
                return at.resolve(URI.create(location));
            }
        } catch (IllegalArgumentException _) {
            // Told below, as where there is none.
        }
        throw new HubTransferException(
                "%s redirects to what is no address".formatted(answer.from()));
    }

    /// What an answer that is neither content nor a redirect means. Storage behind the hub refuses
    /// signed addresses that have expired; asked again, the hub signs a new one.
    private HubRefusalException failure(ModelReference model, URI at, HubAnswer answer)
            throws BrokenTransferException {
        int status = answer.status();
        boolean refused = status >= 400 && status < 500 && !BUSY.contains(status);
        if (refused && hosts.isEndpoint(at)) {
            return Refusal.of(model, answer, settings);
        }
        throw new BrokenTransferException(
                "%s answers %d".formatted(answer.from(), status), retryAfter(answer));
    }

    private static Duration retryAfter(HubAnswer answer) {
        String seconds = answer.header("Retry-After");
        return SECONDS.matcher(seconds).matches()
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : Duration.ZERO;
    }

    @Override
    public void close() {
        http.shutdownNow();
        watches.shutdownNow();
    }
}
