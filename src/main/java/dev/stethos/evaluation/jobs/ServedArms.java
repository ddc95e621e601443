package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EngineTextModel;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.ArmPin;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.EngineShape;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.serving.ProfileChange;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.serving.UnknownModelException;
import dev.stethos.serving.options.ServingOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The served model's revisions as arms. Each evaluation has an engine of its own beside the
/// serving one, deterministic and of the shape that the evaluation fixed, so its answers depend on
/// nothing else that runs.
final class ServedArms implements EvaluationModels {
    private static final int QUEUE = 1 << 20;
    private static final Duration DEADLINE = Duration.ofDays(7);

    private final ServedModel served;
    private final double share;

    /// @param share of the device's time that evaluations take while completions run
    ServedArms(ServedModel served, double share) {
        this.served = served;
        this.share = share;
    }

    @Override
    public String base() {
        return served.model().base().id();
    }

    @Override
    public ArmPin resolve(String modelId) {
        List<ModelCard> cards = served.models();
        return cards.stream()
                .filter(card -> card.id().equals(modelId))
                .findFirst()
                .map(card -> new ArmPin(modelId, card.profile(), card.revision()))
                .orElseThrow(() ->
                        new UnknownModelException(
                                "model '%s' is not served here; these are: %s"
                                        .formatted(
                                                modelId,
                                                String.join(
                                                        ", ",
                                                        cards.stream()
                                                                .map(ModelCard::id)
                                                                .toList()))));
    }

    @Override
    public OpenArms open(EvaluationDefinition definition) {
        Pin baseline = pin(definition.baseline());
        Pin candidate = null;
        try {
            candidate = pin(definition.candidate());
            EngineShape shape = definition.engine();
            InferenceEngine engine =
                    InferenceEngine.beside(
                            served.engine(),
                            served.model(),
                            new EngineOptions(
                                            shape.sequences(),
                                            Math.min(
                                                    shape.context(),
                                                    served.model().config().maxPositions()),
                                            shape.prefillChunk(),
                                            QUEUE,
                                            DEADLINE)
                                    .deterministically(),
                            share);
            return new Held(
                    baseline,
                    candidate,
                    engine,
                    served.model(),
                    new Arm(definition.baseline().model(), baseline.revision(), false),
                    new Arm(definition.candidate().model(), candidate.revision(), false));
        } catch (RuntimeException | Error e) {
            baseline.close();
            if (candidate != null) {
                candidate.close();
            }
            throw e;
        }
    }

    /// The arm's revision, brought into memory if the store has it.
    private Pin pin(ArmPin arm) {
        String id = served.name() + ":" + arm.profile();
        Pin pin = null;
        try {
            pin = served.pin(id);
        } catch (UnknownModelException absent) {
            load(arm);
        }
        if (pin == null) {
            pin = served.pin(id);
        }
        if (!pin.revision().id().equals(arm.revision())) {
            String here = pin.revision().id();
            pin.close();
            throw new ArmUnavailableException(
                    "%s: the evaluation is of revision %s, here it is %s"
                            .formatted(arm.model(), arm.revision(), here));
        }
        return pin;
    }

    private void load(ArmPin arm) {
        try {
            served.profiles().load(name(arm), scale(arm));
        } catch (RuntimeException e) {
            throw new ArmUnavailableException(
                    "%s, revision %s: it is not here: %s"
                            .formatted(arm.model(), arm.revision(), e.getMessage()));
        }
    }

    private static String name(ArmPin arm) {
        return arm.profile().replaceFirst("@.*", "");
    }

    private static @Nullable Double scale(ArmPin arm) {
        int at = arm.profile().indexOf('@');
        return at < 0 ? null : Double.valueOf(arm.profile().substring(at + 1));
    }

    @Override
    public List<String> activate(ArmPin candidate, ArmPin baseline, String actor) {
        String active = served.active().revision();
        if (active.equals(candidate.revision())) {
            return List.of();
        }
        if (!active.equals(baseline.revision())) {
            return List.of(
                    "active is revision %s, the evaluation's baseline was %s"
                            .formatted(active, baseline.revision()));
        }
        try {
            Optional<String> changed = changed(candidate);
            if (changed.isPresent()) {
                return List.of(changed.get());
            }
            ProfileChange change =
                    served.profiles().activate(name(candidate), scale(candidate), active, actor);
            if (candidate.revision().equals(change.to().revision())) {
                return List.of();
            }
            ProfileChange _ = served.profiles().rollback(change.to().revision(), actor);
            return List.of("profile %s was changed meanwhile".formatted(candidate.profile()));
        } catch (RuntimeException e) {
            return List.of(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    /// Whether the store's profile is another one than the evaluated one.
    private Optional<String> changed(ArmPin candidate) {
        if (candidate.profile().equals(ServingOptions.BASE)) {
            return Optional.empty();
        }
        String now = served.store().revision(name(candidate), scale(candidate));
        return now.equals(candidate.revision())
                ? Optional.empty()
                : Optional.of(
                        "profile %s is revision %s now, evaluated was %s"
                                .formatted(candidate.profile(), now, candidate.revision()));
    }

    private record Held(
            Pin baselinePin,
            Pin candidatePin,
            InferenceEngine engine,
            Gemma3Model model,
            Arm baseline,
            Arm candidate)
            implements OpenArms {

        @Override
        public TextModel text(Suite suite) {
            return new EngineTextModel(model, engine, suite);
        }

        @Override
        public void close() {
            engine.close();
            baselinePin.close();
            candidatePin.close();
        }
    }
}
