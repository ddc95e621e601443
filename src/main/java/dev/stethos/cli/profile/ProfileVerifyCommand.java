package dev.stethos.cli.profile;

import dev.stethos.cli.options.BaseOption;
import dev.stethos.cli.options.ModelOpener;
import dev.stethos.cli.options.OfflineModel;
import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.EditResolver;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileSignature;
import dev.stethos.edit.profile.SigningKeys;
import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.weights.Checkpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile verify`: everything that a server checks before it serves a profile. Exit code
/// 0 when it would be served, 2 with the reason when not.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Check a profile against its base as a server would, without a server.")
final class ProfileVerifyCommand implements Callable<Integer> {
    /// One probe prompt.
    private static final EngineOptions ENGINE = new EngineOptions(1, 64, 64, 1);

    private final ModelOpener opener;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME|DIR", description = "A profile of the store, or its folder.")
    private String given = "";

    @Mixin private BaseOption base = new BaseOption();
    @Mixin private ProfilesOption profiles = new ProfilesOption();

    /// Leaves out what needs the engine.
    @Option(
            names = "--no-effect",
            description = "Leave out the proof of effect, which loads the model.")
    private boolean withoutEffect;

    /// Keys of which one must have signed.
    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Require a signature by this Ed25519 public key (PEM), or by one of several.")
    private List<Path> keys = List.of();

    ProfileVerifyCommand() {
        this(OfflineModel::open);
    }

    ProfileVerifyCommand(ModelOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ProfileFolder folder = profiles.load(given);
        EditProfile profile = folder.profile();
        say(
                "manifest",
                "schema %d, %d layers, %d modules"
                        .formatted(
                                profile.schema(),
                                profile.layers().size(),
                                profile.modules().size()));
        checkSignature(folder);
        boolean identity;
        try (Checkpoint checkpoint = base.open();
                ResolvedEdits edits =
                        new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM)
                                .resolve(folder, checkpoint)) {
            identity = edits.isIdentity();
            say("files", profile.files().size() + " with the manifest's hash");
            say(
                    "base",
                    base.reference(checkpoint).fingerprint().equals(profile.base().fingerprint())
                            ? "the checkpoint that the profile was made for"
                            : "another checkpoint, with the same config.json and edited tensors");
            say(
                    "tensors",
                    "%d fit, are finite, not 0 and not unsafe at scale %s"
                            .formatted(edits.names().size(), edits.scale()));
        }
        if (!withoutEffect) {
            proveEffect(folder, identity);
        }
        say("profile " + profile.name(), "would be served");
        return 0;
    }

    private void checkSignature(ProfileFolder folder) {
        if (keys.isEmpty()) {
            say(
                    "signature",
                    ProfileSignature.isSigned(folder)
                            ? "there is one; --key FILE checks it"
                            : "none");
            return;
        }
        List<PublicKey> trusted = keys.stream().map(SigningKeys::publicKey).toList();
        ProfileSignature.require(folder, trusted);
        say("signature", "made by a trusted key");
    }

    /// Opening a model with a profile resident proves the profile's effect.
    private void proveEffect(ProfileFolder folder, boolean identity) {
        try (ServedModel served =
                opener.open(
                        base.model(),
                        Objects.requireNonNull(folder.path().getParent()),
                        List.of(folder.profile().name()),
                        ComputeType.AUTO,
                        ENGINE)) {
            say(
                    "effect",
                    identity
                            ? "none, as it declares; the probe's logits equal the base's"
                            : "the probe's logits are finite and differ from the base's (%d models)"
                                    .formatted(served.models().size()));
        }
    }

    private void say(String what, String finding) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-10s %s%n", what, finding);
        out.flush();
    }
}
