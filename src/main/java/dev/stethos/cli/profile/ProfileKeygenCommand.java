package dev.stethos.cli.profile;

import dev.stethos.edit.profile.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `stethos profile keygen`: a new Ed25519 key pair for signing profiles.
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Make an Ed25519 key pair for signing profiles: FILE and FILE.pub, in PEM.")
final class ProfileKeygenCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The private key's file, readable by its owner only. Not written over.")
    private Path output = Path.of("");

    @Override
    public Integer call() {
        Path publicFile = Path.of(output + ".pub");
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw refused("allowed is a file in an existing folder");
        }
        if (Files.exists(output) || Files.exists(publicFile)) {
            throw refused("it or its .pub exists, keys are not written over");
        }
        KeyPair pair = SigningKeys.generate();
        try {
            Path _ =
                    Files.createFile(
                            output,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            write(output, SigningKeys.pem(pair.getPrivate()));
            write(publicFile, SigningKeys.pem(pair.getPublic()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spec.commandLine()
                .getOut()
                .printf("private key %s, public key %s%n", output, publicFile)
                .flush();
        return 0;
    }

    private static void write(Path file, String pem) throws IOException {
        Files.writeString(
                file,
                pem,
                StandardCharsets.US_ASCII,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException("--output: '%s': %s".formatted(output, problem));
    }
}
