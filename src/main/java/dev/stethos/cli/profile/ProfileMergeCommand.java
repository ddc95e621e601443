package dev.stethos.cli.profile;

import dev.stethos.cli.options.Bars;
import dev.stethos.cli.options.NewProfileOptions;
import dev.stethos.cli.options.ProfileSummary;
import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.making.MergeMethod;
import dev.stethos.edit.making.MergedProfiles;
import dev.stethos.edit.making.NewProfile;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.profile.EditProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile merge`: several profiles of one base as one, at scale 1.
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Merge profiles of one base into one. sum adds them; ties keeps each one's largest",
            "elements and averages those that agree in sign; dare keeps random elements, scaled up,",
            "and adds them."
        })
final class ProfileMergeCommand implements Callable<Integer> {
    private static final double DEFAULT_DENSITY = 0.2;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME|DIR",
            description = "Profiles of the store, or their folders.")
    private List<String> given = List.of();

    @Mixin private NewProfileOptions target = new NewProfileOptions();

    /// How they are merged.
    @Option(
            names = "--method",
            paramLabel = "sum|ties|dare",
            defaultValue = "sum",
            description = "How to merge. Default: ${DEFAULT-VALUE}")
    private String method = "sum";

    /// One factor each.
    @Option(
            names = "--weights",
            paramLabel = "X",
            split = ",",
            description = "One weight for each profile, besides its own scale. Default: 1 for each")
    private List<Double> weights = List.of();

    /// Share of elements that ties and dare keep.
    @Option(
            names = "--density",
            paramLabel = "SHARE",
            description = "For ties and dare: the share of elements to keep. Default: 0.2")
    private @Nullable Double density;

    /// What dare keeps.
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "For dare: decides which elements are kept. Default: 1")
    private @Nullable Long seed;

    @Mixin private ProfilesOption profiles = new ProfilesOption();

    @Override
    public Integer call() {
        if (given.size() < 2) {
            throw new IllegalArgumentException(
                    "profile merge: one profile was given, allowed are two or more");
        }
        MergeMethod how = method();
        NewProfile place = target.place();
        List<ProfileContents> parts = new ArrayList<>();
        try (Bars bars = new Bars()) {
            for (String one : given) {
                parts.add(ProfileContents.open(profiles.load(one)));
            }
            List<Double> factors =
                    weights.isEmpty() ? Collections.nCopies(parts.size(), 1.0) : weights;
            EditProfile.Base base = parts.getFirst().profile().base();
            ProfileWriter.Draft draft =
                    new ProfileWriter.Draft(
                            target.name(),
                            target.description(),
                            new EditProfile.ModelReference(base.model(), base.fingerprint()),
                            null,
                            1,
                            null,
                            "stethos",
                            command(parts));
            new ProfileSummary(spec.commandLine().getOut())
                    .written(
                            place.write(
                                    draft, new MergedProfiles(parts, factors, how), null, bars));
        } finally {
            parts.forEach(ProfileContents::close);
        }
        return 0;
    }

    private MergeMethod method() {
        boolean sparse = method.equals("ties") || method.equals("dare");
        if (density != null && !sparse) {
            throw new IllegalArgumentException(
                    "--density: given with --method %s, allowed are ties and dare"
                            .formatted(method));
        }
        if (seed != null && !method.equals("dare")) {
            throw new IllegalArgumentException(
                    "--seed: given with --method %s, allowed is dare".formatted(method));
        }
        double share = density == null ? DEFAULT_DENSITY : density;
        return switch (method) {
            case "sum" -> new MergeMethod.Sum();
            case "ties" -> new MergeMethod.Ties(share);
            case "dare" -> new MergeMethod.Dare(share, seed == null ? 1 : seed);
            default ->
                    throw new IllegalArgumentException(
                            "--method: '%s' was given, allowed are sum, ties and dare"
                                    .formatted(method));
        };
    }

    private String command(List<ProfileContents> parts) {
        return "./stethos profile merge %s --method %s%s%s%s --name %s"
                .formatted(
                        parts.stream()
                                .map(part -> part.profile().name())
                                .collect(Collectors.joining(" ")),
                        method,
                        weights.isEmpty()
                                ? ""
                                : " --weights "
                                        + weights.stream()
                                                .map(String::valueOf)
                                                .collect(Collectors.joining(",")),
                        density == null ? "" : " --density " + density,
                        seed == null ? "" : " --seed " + seed,
                        target.name());
    }
}
