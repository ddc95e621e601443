package dev.stethos.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.lab.experiment.PlannedArm.Family;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All arms' outcomes on one set of items, and what they say about the paper's claims for one
/// target subject. The same run gives the same report.
///
/// @param learned names of the arms whose layers an autoencoder's score chose
/// @param calibration how many layers and which scale were chosen, where there was a choice
public record ExperimentReport(
        String items,
        String target,
        List<String> learned,
        List<ArmOutcome> arms,
        @Nullable Calibration calibration) {
    public ExperimentReport {
        learned = List.copyOf(learned);
        arms = List.copyOf(arms);
    }

    /// The claims that these arms can speak to.
    public List<Claim> claims() {
        return new Claims(this).all();
    }

    /// The share of random sets below an arm on the target, ties by half.
    public double percentile(ArmOutcome arm) {
        double own = arm.subject(target).difference();
        return of(Family.RANDOM).stream()
                .mapToDouble(one -> {
                    double other = one.subject(target).difference();
                    return other < own ? 1 : other == own ? 0.5 : 0;
                })
                .average()
                .orElse(0);
    }

    /// By name, where every chosen and bottom set stands among the random ones; empty without any.
    public Map<String, Double> percentiles() {
        Map<String, Double> all = new LinkedHashMap<>();
        for (ArmOutcome arm : arms) {
            boolean set = arm.family() == Family.CHOSEN || arm.family() == Family.BOTTOM;
            if (set && !of(Family.RANDOM).isEmpty()) {
                all.put(arm.name(), percentile(arm));
            }
        }
        return all;
    }

    List<ArmOutcome> of(Family family) {
        return arms.stream().filter(arm -> arm.family() == family).toList();
    }

    public String json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("items", items);
        tree.put("target", target);
        tree.put("learned", learned);
        tree.put("calibration", calibration);
        tree.put("arms", arms);
        tree.put("percentiles", percentiles());
        tree.put("claims", claims());
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("experiment: " + e.getMessage(), e);
        }
    }
}
