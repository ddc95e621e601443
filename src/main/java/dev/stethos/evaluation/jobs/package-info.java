/// Evaluations that outlive the process: kept in a database, cut into chunks of items that one or
/// more gateways claim, resumed where they stopped. Start at [EvaluationService], then
/// [ChunkWorker]. It knows nothing about HTTP.
@NullMarked
package dev.stethos.evaluation.jobs;

import org.jspecify.annotations.NullMarked;
