package dev.stethos.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// The one error shape of the HTTP API, as OpenAI's clients read it.
public record ErrorBody(Detail error) {

    /// All four fields are always present; `param` names the field at fault, `code` is for
    /// programs.
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(
            String message, String type, @Nullable String param, @Nullable String code) {}

    static ErrorBody of(int status, String message, @Nullable String param, @Nullable String code) {
        return new ErrorBody(new Detail(message, type(status), param, code));
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }
}
