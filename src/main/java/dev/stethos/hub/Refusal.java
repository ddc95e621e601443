package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

/// The words for the hub's 4xx answers, by its `X-Error-Code`.
final class Refusal {
    private static final String TOKENS = "https://huggingface.co/settings/tokens";

    private Refusal() {}

    static HubRefusalException of(ModelReference model, HubAnswer answer, HubSettings settings) {
        String code = answer.header("X-Error-Code");
        boolean token = settings.token() != null;
        String problem =
                switch (code) {
                    case "GatedRepo" -> gated(model, settings, token);
                    case "RevisionNotFound" -> revision(model);
                    case "RepoNotFound" -> repository(model, token);
                    case "EntryNotFound" -> "the hub lists a file that it does not have";
                    default -> byStatus(model, answer, token);
                };
        return new HubRefusalException(model + ": " + problem);
    }

    private static String byStatus(ModelReference model, HubAnswer answer, boolean token) {
        String said = answer.header("X-Error-Message");
        String words = said.isEmpty() ? "" : ": " + shown(said);
        return switch (answer.status()) {
            case 401 ->
                    token
                            ? "the hub does not accept the token%s; make a new one at %s and set HF_TOKEN"
                                    .formatted(words, TOKENS)
                            : repository(model, false);
            case 403 ->
                    "the hub forbids access%s; %s"
                            .formatted(
                                    words,
                                    token
                                            ? "check that HF_TOKEN may read this repository"
                                            : "set HF_TOKEN to a token that may read it");
            case 404 -> repository(model, token);
            default -> "%s answers %d%s".formatted(answer.from(), answer.status(), words);
        };
    }

    private static String gated(ModelReference model, HubSettings settings, boolean token) {
        String page = settings.endpoint() + "/" + model.id();
        return token
                ? "the repository is gated and the token's account has no access; accept the licence at %s with that account (a fine-grained token also needs leave to read gated repositories)"
                        .formatted(page)
                : "the repository is gated; accept the licence at %s, then set HF_TOKEN to a token of that account (%s)"
                        .formatted(page, TOKENS);
    }

    private static String repository(ModelReference model, boolean token) {
        return "the hub has no model %s%s"
                .formatted(
                        model.id(),
                        token
                                ? " that this token may see"
                                : ", or it is private; for a private one set HF_TOKEN");
    }

    private static String revision(ModelReference model) {
        return "the model has no revision '%s', allowed is one of its branches, tags or commits"
                .formatted(model.revision());
    }
}
