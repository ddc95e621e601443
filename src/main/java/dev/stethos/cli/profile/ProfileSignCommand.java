package dev.stethos.cli.profile;

import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileSignature;
import dev.stethos.edit.profile.SigningKeys;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile sign`: signs a profile whose files have the manifest's hashes.
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Sign a profile's manifest, which holds the hashes of its files.")
final class ProfileSignCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME|DIR", description = "A profile of the store, or its folder.")
    private String given = "";

    /// The private key.
    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "An Ed25519 private key in PEM, such as profile keygen makes.")
    private Path key = Path.of("");

    @Mixin private ProfilesOption profiles = new ProfilesOption();

    @Override
    public Integer call() {
        PrivateKey secret = SigningKeys.privateKey(key);
        ProfileFolder folder = profiles.load(given);
        ProfileContents.open(folder).close();
        ProfileSignature.sign(folder, secret);
        spec.commandLine()
                .getOut()
                .printf(
                        "profile %s: signed, in %s%n",
                        folder.profile().name(), folder.path().resolve(ProfileSignature.FILE))
                .flush();
        return 0;
    }
}
