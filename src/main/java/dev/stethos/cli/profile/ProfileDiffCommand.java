package dev.stethos.cli.profile;

import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.making.ProfileDifference;
import dev.stethos.edit.making.ProfileDifference.Share;
import dev.stethos.edit.profile.EditProfile;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile diff`: how two profiles differ, in their manifests and in what they add.
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Compare two profiles: base, scale, layers, and what each adds at its scale.",
            "Distance is the difference's norm as a share of the larger one's."
        })
final class ProfileDiffCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "A", description = "A profile, or its folder.")
    private String left = "";

    @Parameters(index = "1", paramLabel = "B", description = "Another one.")
    private String right = "";

    @Mixin private ProfilesOption profiles = new ProfilesOption();

    /// One line per tensor.
    @Option(names = "--tensors", description = "Compare tensor by tensor instead of layers.")
    private boolean tensors;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ProfileContents a = ProfileContents.open(profiles.load(left));
                ProfileContents b = ProfileContents.open(profiles.load(right))) {
            ProfileDifference difference = new ProfileDifference(a, b);
            manifests(out, a.profile(), b.profile());
            out.printf(
                    "%n%-48s %10s %10s %9s %8s%n",
                    tensors ? "tensor" : "layer", "A", "B", "distance", "cosine");
            rows(difference).forEach((name, share) -> print(out, name, share));
            print(out, "all", difference.total());
            out.println(
                    difference.total().difference() == 0
                            ? "they add the same to every tensor"
                            : "they differ");
        }
        out.flush();
        return 0;
    }

    private Map<String, Share> rows(ProfileDifference difference) {
        Map<String, Share> rows = new LinkedHashMap<>();
        difference
                .tensors()
                .forEach((name, share) -> {
                    String layer =
                            name.layer().isPresent()
                                    ? String.valueOf(name.layer().getAsInt())
                                    : name.module();
                    rows.merge(tensors ? name.canonical() : layer, share, Share::plus);
                });
        return rows;
    }

    private static void manifests(PrintWriter out, EditProfile a, EditProfile b) {
        row(out, "profile", a.name(), b.name());
        row(
                out,
                "base",
                a.base().model() + " " + a.base().fingerprint().substring(0, 12),
                b.base().model() + " " + b.base().fingerprint().substring(0, 12));
        row(out, "scale", a.scale(), b.scale());
        row(out, "layers", a.layers(), b.layers());
        row(out, "modules", a.modules().size(), b.modules().size());
        row(out, "tensors", a.base().tensors().size(), b.base().tensors().size());
    }

    private static void row(PrintWriter out, String what, Object a, Object b) {
        out.printf("%-8s %s %s%n", what, a, Objects.equals(a, b) ? "(both)" : "| " + b);
    }

    private static void print(PrintWriter out, String name, Share share) {
        double cosine = share.cosine();
        out.printf(
                Locale.ROOT,
                "%-48s %10.4g %10.4g %7.2f %% %8s%n",
                name,
                Math.sqrt(share.left()),
                Math.sqrt(share.right()),
                100 * share.relativeDistance(),
                Double.isNaN(cosine) ? "-" : String.format(Locale.ROOT, "%.4f", cosine));
    }
}
