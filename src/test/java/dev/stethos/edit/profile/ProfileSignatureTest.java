package dev.stethos.edit.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileSignatureTest {
    /// The example of RFC 8410, section 10.3.
    private static final String RFC_8410 =
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """;

    private static final String RFC_8410_PUBLIC =
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """;

    @TempDir private Path folder;
    private final KeyPair keys = SigningKeys.generate();
    private ProfileFolder profile;

    @BeforeEach
    void makeProfile() {
        try (Checkpoint base =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("base"), DType.F32, SmallModel.weights(1, 1)))) {
            profile = Profiles.empty(folder.resolve("profiles"), "p", base);
        }
    }

    private void require(PublicKey... trusted) {
        ProfileSignature.require(profile, List.of(trusted));
    }

    @Test
    void acceptsAnyTrustedKeysSignature() {
        assertThat(ProfileSignature.isSigned(profile)).isFalse();
        ProfileSignature.sign(profile, keys.getPrivate());
        assertThat(ProfileSignature.isSigned(profile)).isTrue();
        assertThatCode(() -> require(SigningKeys.generate().getPublic(), keys.getPublic()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesOtherKeysNoKeysAndNoSignature() {
        assertUntrusted("missing or not a regular file", keys.getPublic());
        ProfileSignature.sign(profile, keys.getPrivate());
        assertUntrusted("none of the 1 trusted keys made it", SigningKeys.generate().getPublic());
        assertUntrusted("none of the 0 trusted keys made it");
    }

    @Test
    void refusesAManifestThatWasChangedAfterSigning() throws IOException {
        ProfileSignature.sign(profile, keys.getPrivate());
        Path manifest = profile.path().resolve("profile.yaml");
        Files.writeString(manifest, Files.readString(manifest).replace("scale: 1.0", "scale: 2.0"));
        assertUntrusted("profile.yaml changed while it was read", keys.getPublic());
        profile = new ProfileStore(folder.resolve("profiles")).load("p");
        assertUntrusted("none of the 1 trusted keys made it", keys.getPublic());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!!", "AAAA"})
    void refusesWhatIsNoSignature(String text) throws IOException {
        Files.writeString(profile.path().resolve("profile.sig"), text);
        assertUntrusted("profile p, profile.sig: ", keys.getPublic());
    }

    @Test
    void refusesASignatureThatALinkLeadsTo() throws IOException {
        ProfileSignature.sign(profile, keys.getPrivate());
        Path signature = profile.path().resolve("profile.sig");
        Files.move(signature, folder.resolve("elsewhere"));
        Files.createSymbolicLink(signature, folder.resolve("elsewhere"));
        assertUntrusted("missing or not a regular file", keys.getPublic());
    }

    @Test
    void readsTheKeysOfRfc8410() throws IOException {
        Path secret = Files.writeString(folder.resolve("key"), RFC_8410);
        Path open = Files.writeString(folder.resolve("key.pub"), RFC_8410_PUBLIC);
        assertThat(HexFormat.of().formatHex(SigningKeys.privateKey(secret).getEncoded()))
                .endsWith("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
        ProfileSignature.sign(profile, SigningKeys.privateKey(secret));
        assertThatCode(() -> require(SigningKeys.publicKey(open))).doesNotThrowAnyException();
    }

    @Test
    void writesKeysThatItReadsAndRefusesOthers() throws IOException {
        Path file = folder.resolve("k");
        Files.writeString(file, SigningKeys.pem(keys.getPublic()));
        assertThat(SigningKeys.publicKey(file)).isEqualTo(keys.getPublic());
        assertThatThrownBy(() -> SigningKeys.privateKey(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed is a file with an Ed25519 -----BEGIN PRIVATE KEY");
        assertThatThrownBy(() -> SigningKeys.publicKey(folder.resolve("missing")))
                .hasMessageContaining("allowed is a file with an Ed25519 -----BEGIN PUBLIC KEY");
    }

    private void assertUntrusted(String message, PublicKey... trusted) {
        assertThatThrownBy(() -> require(trusted))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.UNTRUSTED_PROFILE))
                .hasMessageContaining(message);
    }
}
