package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.ArmPin;
import dev.stethos.evaluation.suite.Suite;
import java.util.List;

/// The models of this process, as evaluations use them. Safe from any thread.
public interface EvaluationModels {

    /// The base's revision; evaluations of another base are not worked on here.
    String base();

    /// What a model id stands for now; refuses one that is not served here.
    ArmPin resolve(String modelId);

    /// Makes the candidate what the served name stands for, as the evaluation saw it, in the place
    /// of the baseline. Returns why it cannot; empty when it is active now.
    List<String> activate(ArmPin candidate, ArmPin baseline, String actor);

    /// Holds both arms and an engine until they are closed. Throws [ArmUnavailableException] when
    /// an arm's revision is not to be had here.
    OpenArms open(EvaluationDefinition definition);

    /// Both arms of one evaluation, ready to answer.
    interface OpenArms extends AutoCloseable {
        /// Asks as a suite does.
        TextModel text(Suite suite);

        Arm baseline();

        Arm candidate();

        /// Ends what is being answered; its futures fail.
        @Override
        void close();
    }
}
