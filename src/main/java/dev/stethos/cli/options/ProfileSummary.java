package dev.stethos.cli.options;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What a command that made a profile says about it.
public final class ProfileSummary {
    private final PrintWriter out;

    public ProfileSummary(PrintWriter out) {
        this.out = out;
    }

    public void written(ProfileFolder folder) {
        EditProfile profile = folder.profile();
        out.printf(
                Locale.ROOT,
                "profile %s: %d tensors of layers %s, %.1f MB, in %s%n",
                profile.name(),
                profile.base().tensors().size(),
                profile.layers(),
                bytes(folder.path()) / 1e6,
                folder.path());
        EditProfile.Provenance provenance = profile.provenance();
        if (provenance != null && provenance.roundTrip() != null) {
            EditProfile.RoundTrip trip = provenance.roundTrip();
            out.printf(
                    Locale.ROOT,
                    "round trip at scale 1: %d of %d elements differ from the tuned weight%n",
                    trip.differing(),
                    trip.elements());
        }
        out.flush();
    }

    public void retention(EditProfile.Truncation truncation) {
        out.printf("energy retention at rank %d:%n", truncation.rank());
        for (Map.Entry<String, Double> tensor : truncation.retention().entrySet()) {
            out.printf(Locale.ROOT, "  %-52s %6.2f %%%n", tensor.getKey(), 100 * tensor.getValue());
        }
        out.flush();
    }

    private static long bytes(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
