package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.hub.FakeHub.Fault;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    private static final String CONFIG =
            "/google/gemma-3-4b-it/resolve/" + FakeHub.COMMIT + "/config.json";

    private final FakeHub hub =
            new FakeHub()
                    .with("config.json", "{}")
                    .with("tokenizer.json", "{}")
                    .with("model.safetensors", new byte[100]);

    @TempDir Path cache;

    @AfterEach
    void close() {
        hub.close();
    }

    private static Fault answer(int status, String code, String message) {
        Map<String, String> headers = new HashMap<>();
        if (!code.isEmpty()) {
            headers.put("X-Error-Code", code);
        }
        if (!message.isEmpty()) {
            headers.put("X-Error-Message", message);
        }
        return new Fault.Answer(status, headers, "{}");
    }

    private AbstractThrowableAssert<?, ?> refused(
            String path, @Nullable String token, Fault fault) {
        hub.failing(path, fault);
        return assertThatThrownBy(() ->
                        new ModelHub(hub.settings(token, 1 << 20), cache, line -> {})
                                .folder(ModelReference.parse(FakeHub.MODEL + "@main")))
                .isInstanceOf(HubRefusalException.class)
                .hasMessageStartingWith(FakeHub.MODEL + "@main: ");
    }

    @Test
    void saysWhereToAcceptTheLicenceOfAGatedModel() {
        String page = "accept the licence at " + hub.endpoint() + "/google/gemma-3-4b-it";
        refused(CONFIG, null, answer(401, "GatedRepo", "Access is restricted"))
                .hasMessageContaining("gated")
                .hasMessageContaining(page)
                .hasMessageContaining("then set HF_TOKEN");
        refused(CONFIG, "hf_x", answer(403, "GatedRepo", "You are not in the authorized list"))
                .hasMessageContaining("the token's account has no access")
                .hasMessageContaining(page);
    }

    @Test
    void saysThatATokenIsNotAccepted() {
        refused(FakeHub.API, "hf_x", answer(401, "", "Invalid credentials"))
                .hasMessageContaining("does not accept the token: Invalid credentials")
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining("hf_x");
    }

    @Test
    void saysThatAModelIsUnknownOrPrivate() {
        String unknown = "the hub has no model google/gemma-3-4b-it";
        refused(FakeHub.API, null, answer(401, "RepoNotFound", ""))
                .hasMessageContaining(unknown)
                .hasMessageContaining("or it is private; for a private one set HF_TOKEN");
        refused(FakeHub.API, null, answer(401, "", "")).hasMessageContaining(unknown);
        refused(FakeHub.API, null, answer(404, "", "")).hasMessageContaining(unknown);
        refused(FakeHub.API, "hf_x", answer(404, "RepoNotFound", ""))
                .hasMessageContaining(unknown + " that this token may see");
    }

    @Test
    void saysThatARevisionIsUnknown() {
        refused(FakeHub.API, null, answer(404, "RevisionNotFound", "Invalid rev id: main"))
                .hasMessageContaining("has no revision 'main', allowed is one of its branches");
    }

    @Test
    void passesOnWhyAccessIsForbidden() {
        refused(FakeHub.API, null, answer(403, "DisabledRepo", "taken down"))
                .hasMessageContaining("the hub forbids access: taken down");
        refused(FakeHub.API, "hf_x", answer(403, "", ""))
                .hasMessageContaining("check that HF_TOKEN may read this repository");
        refused(FakeHub.API, null, answer(418, "", "")).hasMessageContaining("answers 418");
    }

    @Test
    void isNotHiddenByACopyInTheCache() {
        Path _ =
                new ModelHub(hub.settings(), cache, line -> {})
                        .folder(ModelReference.parse(FakeHub.MODEL));
        refused(FakeHub.API, null, answer(401, "GatedRepo", ""));
    }
}
