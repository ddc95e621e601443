package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
    @TempDir Path home;

    private HubSettings settings(Map<String, String> environment) {
        return HubSettings.of(environment, home);
    }

    @Test
    void asksThePublicHubWithoutATokenByDefault() {
        HubSettings settings = settings(Map.of());
        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.token()).isNull();
        assertThat(settings.limits().parallel()).isEqualTo(6);
        assertThat(settings.limits().pieceBytes()).isEqualTo(64 << 20);
    }

    @Test
    void takesTheTokenFromTheEnvironmentBeforeAnyFile() throws IOException {
        Path file = Files.createDirectories(home.resolve(".cache/huggingface")).resolve("token");
        Files.writeString(file, "hf_file\n");
        assertThat(settings(Map.of()).token()).isEqualTo(new HubToken("hf_file"));
        assertThat(settings(Map.of("HF_TOKEN", " hf_variable ")).token())
                .isEqualTo(new HubToken("hf_variable"));
    }

    @Test
    void findsTheTokenFileWhereTheHubsClientsDo() throws IOException {
        Path file = Files.writeString(home.resolve("token"), "hf_elsewhere");
        HubToken token = new HubToken("hf_elsewhere");
        assertThat(settings(Map.of("HF_TOKEN_PATH", file.toString())).token()).isEqualTo(token);
        assertThat(settings(Map.of("HF_HOME", home.toString())).token()).isEqualTo(token);
        Path caches = home.resolve("caches");
        Files.createDirectories(caches.resolve("huggingface"));
        Files.copy(file, caches.resolve("huggingface/token"));
        assertThat(settings(Map.of("XDG_CACHE_HOME", caches.toString())).token()).isEqualTo(token);
    }

    @Test
    void hidesTheToken() {
        HubSettings settings = settings(Map.of("HF_TOKEN", "hf_secret"));
        assertThat(settings.toString()).doesNotContain("hf_secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of("HF_TOKEN", "hf_secret\nX-Other: 1")))
                .withMessageContaining("HF_TOKEN")
                .withMessageNotContaining("hf_secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://hub.example",
                "https://hub.example:8443/mirror/",
                "http://localhost:8080",
                "http://127.0.0.1:8080",
                "http://[::1]:8080",
            })
    void takesAnotherEndpoint(String endpoint) {
        assertThat(settings(Map.of("HF_ENDPOINT", endpoint)).endpoint())
                .hasToString(endpoint.replaceFirst("/$", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub.example",
                "http://hub.example",
                "http://127.0.0.1.example",
                "ftp://hub.example",
                "file:///models",
                "https://name:secret@hub.example",
                "https://name:sec ret@hub.example",
                "https://hub.example/?a=b",
                "https://",
            })
    void refusesAnEndpointThatIsNotSafe(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Map.of("HF_ENDPOINT", endpoint)))
                .withMessageContaining("HF_ENDPOINT")
                .withMessageContaining("allowed is")
                .withMessageNotContaining("sec");
    }
}
