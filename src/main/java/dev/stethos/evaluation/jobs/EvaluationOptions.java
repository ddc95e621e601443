package dev.stethos.evaluation.jobs;

import dev.stethos.evaluation.jobs.storage.EvaluationDefinition.EngineShape;
import java.time.Duration;

/// How this process works on evaluations.
///
/// @param gateway this process among those that share the database
/// @param workers chunks that are worked on at once; 0 to take no part
/// @param chunk items of a chunk, for new evaluations
/// @param engine for new evaluations
/// @param poll how often to look for work of other gateways
/// @param heartbeat how often to say that this process lives; after four silent ones its chunks are
///   taken over
public record EvaluationOptions(
        String gateway,
        int workers,
        int chunk,
        EngineShape engine,
        Duration poll,
        Duration heartbeat) {}
