package dev.stethos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    private final AllowedHosts hosts = new AllowedHosts(HubSettings.PUBLIC_HUB);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://huggingface.co/a",
                "https://HuggingFace.co:443/a",
                "https://cdn-lfs.huggingface.co/a",
                "https://cdn-lfs-us-1.hf.co/a",
                "https://cas-bridge.xethub.hf.co/a?X-Amz-Signature=b",
                "https://us.aws.cdn.hf.co/a",
            })
    void allowsTheHubAndItsStorage(String target) {
        assertThatCode(() -> hosts.check(URI.create(target))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://huggingface.co/a",
                "https://huggingface.co.example/a",
                "https://nothuggingface.co/a",
                "https://hf.co.example/a",
                "https://cdn.hf.co:8443/a",
                "https://name@hf.co/a",
                "https://hf.co@127.0.0.1/a",
                "https://127.0.0.1/a",
                "https://localhost/a",
                "http://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/a",
                "https://[::1]/a",
                "file:///etc/passwd",
                "https:/a",
                "/a",
            })
    void refusesEveryOtherHost(String target) {
        assertThatThrownBy(() -> hosts.check(URI.create(target)))
                .isInstanceOf(HubTransferException.class)
                .hasMessageContaining("allowed are");
    }

    @Test
    void keepsTheTokenForTheEndpoint() {
        assertThat(hosts.isEndpoint(URI.create("https://huggingface.co:443/a"))).isTrue();
        assertThat(hosts.isEndpoint(URI.create("https://cdn-lfs.huggingface.co/a"))).isFalse();
        assertThat(hosts.isEndpoint(URI.create("https://huggingface.co:444/a"))).isFalse();
        assertThat(hosts.isEndpoint(URI.create("http://huggingface.co/a"))).isFalse();
    }

    @Test
    void allowsAMirrorsOwnHostWithoutItsSubdomains() {
        AllowedHosts mirror = new AllowedHosts(URI.create("https://hub.example"));
        assertThatCode(() -> mirror.check(URI.create("https://hub.example:8443/a")))
                .doesNotThrowAnyException();
        assertThatCode(() -> mirror.check(URI.create("https://cdn-lfs.hf.co/a")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> mirror.check(URI.create("https://cdn.hub.example/a")))
                .isInstanceOf(HubTransferException.class);
        assertThatThrownBy(() -> mirror.check(URI.create("http://hub.example/a")))
                .isInstanceOf(HubTransferException.class);
    }

    @Test
    void namesNoSignatureInMessages() {
        assertThatThrownBy(() -> hosts.check(URI.create("https://b.example/p?X-Signature=s")))
                .hasMessageContaining("https://b.example")
                .hasMessageNotContaining("Signature");
    }
}
