package dev.stethos.traces;

import io.vertx.ext.web.RoutingContext;

/// The HTTP request behind some sequences.
///
/// @param operation as the GenAI conventions name it: `chat` or `text_completion`
/// @param answer the answer's id
/// @param model the model id as it was asked for
/// @param choices how many sequences in a row have the same prompt
public record CompletionCall(
        RoutingContext http, String operation, String answer, String model, int choices) {
    public static final String CHAT = "chat";
    public static final String TEXT = "text_completion";
}
