package dev.stethos.cli.profile;

import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.WeightName;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `stethos profile inspect`: what a profile holds and where it comes from. Needs neither its base
/// nor the engine.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Show a profile's layers, modules, norms, energy and provenance.")
final class ProfileInspectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME|DIR", description = "A profile of the store, or its folder.")
    private String given = "";

    @Mixin private ProfilesOption profiles = new ProfilesOption();

    /// One line per tensor.
    @Option(names = "--tensors", description = "Also list every tensor.")
    private boolean tensors;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (ProfileContents contents = ProfileContents.open(profiles.load(given))) {
            new ProfileCard(out).print(contents);
            SortedMap<WeightName, Double> energy = new TreeMap<>();
            contents.deltas()
                    .forEach((name, delta) -> energy.put(name, delta.norm() * delta.norm()));
            charts(out, energy);
            if (tensors) {
                out.println();
                contents.deltas()
                        .forEach((name, delta) ->
                                line(out, name, delta, Math.sqrt(energy.getOrDefault(name, 0.0))));
            }
        }
        out.flush();
        return 0;
    }

    private static void charts(PrintWriter out, SortedMap<WeightName, Double> energy) {
        Map<String, Double> byLayer = new LinkedHashMap<>();
        Map<String, Double> byModule = new TreeMap<>();
        for (Map.Entry<WeightName, Double> entry : energy.entrySet()) {
            WeightName name = entry.getKey();
            String layer =
                    name.layer().isPresent() ? String.valueOf(name.layer().getAsInt()) : "no layer";
            byLayer.merge(layer, entry.getValue(), Double::sum);
            byModule.merge(name.module(), entry.getValue(), Double::sum);
        }
        if (!energy.isEmpty()) {
            EnergyChart.print(out, "layer", byLayer);
            EnergyChart.print(out, "module", byModule);
        }
    }

    private static void line(PrintWriter out, WeightName name, LayerDelta delta, double norm) {
        String form =
                switch (delta) {
                    case LayerDelta.Dense dense -> String.valueOf(dense.delta().dtype());
                    case LayerDelta.LowRank pair ->
                            "%s rank %d".formatted(pair.a().dtype(), pair.a().shape().getFirst());
                };
        out.printf(Locale.ROOT, "%-56s %-14s %-12s %10.4g%n", name, delta.shape(), form, norm);
    }

    /// What the manifest says.
    private record ProfileCard(PrintWriter out) {
        void print(ProfileContents contents) {
            EditProfile profile = contents.profile();
            row("profile", profile.name());
            row("about", profile.description().strip());
            row("base", profile.base().model() + ", checkpoint " + profile.base().fingerprint());
            row("scale", String.valueOf(profile.scale()));
            row("layers", String.valueOf(profile.layers()));
            row("modules", String.join(", ", profile.modules()));
            row("deltas", contents.deltas().size() + " tensors");
            EditProfile.Provenance provenance = profile.provenance();
            if (provenance != null) {
                print(provenance);
            }
        }

        private void print(EditProfile.Provenance provenance) {
            if (provenance.tuned() != null) {
                row(
                        "tuned",
                        provenance.tuned().model()
                                + ", checkpoint "
                                + provenance.tuned().fingerprint());
            }
            if (provenance.choice() != null) {
                row("chosen by", provenance.choice().formula());
            }
            if (provenance.roundTrip() != null) {
                row(
                        "round trip",
                        "%d of %d elements differ from the tuned weight at scale 1"
                                .formatted(
                                        provenance.roundTrip().differing(),
                                        provenance.roundTrip().elements()));
            }
            if (provenance.truncation() != null) {
                row("cut", "to rank " + provenance.truncation().rank());
            }
            row("made by", provenance.command());
        }

        private void row(String what, String value) {
            out.printf("%-11s %s%n", what, value.lines().findFirst().orElse(""));
        }
    }
}
