package dev.stethos.cli;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.suite.SuiteException;
import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.hub.HubRefusalException;
import dev.stethos.hub.HubTransferException;
import dev.stethos.lab.explain.JudgeException;
import dev.stethos.lab.sae.InvalidSaeException;
import dev.stethos.security.AccessException;
import dev.stethos.serving.EffectException;
import dev.stethos.serving.UnknownModelException;
import dev.stethos.traces.TracesException;
import dev.stethos.weights.InvalidWeightsException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// Tells failures that the user's input caused, whose message is all there is to say, from faults
/// of the program.
final class BadInput {
    private BadInput() {}

    static boolean isBadInput(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof InvalidWeightsException
                || cause instanceof InvalidProfileException
                || cause instanceof InvalidModelException
                || cause instanceof InvalidSaeException
                || cause instanceof SuiteException
                || cause instanceof EvaluationException
                || cause instanceof EffectException
                || cause instanceof HubRefusalException
                || cause instanceof UnknownModelException
                || cause instanceof AccessException
                || cause instanceof TracesException
                || cause instanceof IllegalArgumentException;
    }

    static String message(Throwable failure) {
        Throwable cause = unwrap(failure);
        boolean plain =
                isBadInput(cause)
                        || cause instanceof HubTransferException
                        || cause instanceof JudgeException;
        return plain && cause.getMessage() != null ? cause.getMessage() : cause.toString();
    }

    /// What the framework's start failed with, from under its own wrappings.
    static Throwable ofStart(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessException || cause instanceof TracesException) {
                return cause;
            }
        }
        return failure;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
