package dev.stethos.web;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// Refusals that need no more than a request's head: unknown path, wrong method, wrong media type,
/// and those that the HTTP parser makes.
final class HttpRefusal {
    private HttpRefusal() {}

    static ApiException of(int status, HttpServerRequest request) {
        String path = printable(request.path());
        return switch (status) {
            case 404 -> new ApiException(404, null, "unknown_url", path + ": no such path here");
            case 405 ->
                    new ApiException(
                            405,
                            null,
                            "method_not_allowed",
                            "%s: %s was given, this path does not allow it"
                                    .formatted(path, printable(request.method().name())));
            case 406 ->
                    new ApiException(
                            406,
                            null,
                            "not_acceptable",
                            path + ": the answer has none of the media types in header Accept");
            case 415 ->
                    new ApiException(
                            415,
                            null,
                            "unsupported_media_type",
                            "header Content-Type: %s was given, allowed is application/json"
                                    .formatted(printable(request.getHeader("Content-Type"))));
            default -> ofParser(status);
        };
    }

    /// A request that could not be read as HTTP, or another refusal of which no more is known.
    static ApiException ofParser(int status) {
        return switch (status) {
            case 400 -> new ApiException(400, null, "bad_request", "request: not valid HTTP");
            case 408 ->
                    new ApiException(
                            408, null, "request_timeout", "request: it took too long to arrive");
            case 413 ->
                    new ApiException(
                            413, null, "body_too_large", "body: it is larger than is allowed");
            case 414 ->
                    new ApiException(
                            414,
                            null,
                            "uri_too_long",
                            "request line: it is longer than is allowed");
            case 431 ->
                    new ApiException(
                            431,
                            null,
                            "headers_too_large",
                            "request headers: they are larger than is allowed");
            default ->
                    new ApiException(status, null, null, "request: the server did not accept it");
        };
    }

    static ApiException unforeseen(String requestId) {
        return new ApiException(
                500,
                null,
                "internal_error",
                "the server failed on this request; its log has the reason under " + requestId);
    }

    /// A client's own text, short and harmless enough to be said back.
    private static String printable(@Nullable String text) {
        if (text == null) {
            return "nothing";
        }
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= 100 ? plain : plain.substring(0, 100) + "...";
    }
}
