package dev.stethos.web;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A refusal that reaches the client as it stands: HTTP status and the fields of [ErrorBody]. The
/// message says where, what was given and what is allowed.
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String param;
    private final @Nullable String code;
    private final transient @Nullable Duration retryAfter;

    public ApiException(int status, @Nullable String param, @Nullable String code, String message) {
        this(status, param, code, message, null);
    }

    /// `retryAfter` becomes the header of that name, rounded up to whole seconds.
    public ApiException(
            int status,
            @Nullable String param,
            @Nullable String code,
            String message,
            @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /// A field whose value is not allowed.
    public static ApiException invalidValue(String param, Object given, String allowed) {
        return new ApiException(
                400,
                param,
                "invalid_value",
                "%s: %s was given, allowed is %s".formatted(param, given, allowed));
    }

    /// A field that must be there.
    public static ApiException missing(String param) {
        return new ApiException(
                400,
                param,
                "missing_required_parameter",
                param + ": nothing was given, it is required");
    }

    /// A field or value that this server understands but cannot honour.
    public static ApiException unsupported(String param, String message) {
        return new ApiException(400, param, "unsupported_parameter", param + ": " + message);
    }

    public int status() {
        return status;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    public ErrorBody body() {
        return ErrorBody.of(status, String.valueOf(getMessage()), param, code);
    }
}
