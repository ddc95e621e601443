/// Evaluations, promotions and solved problems over HTTP. Start at [EvaluationResource].
@NullMarked
package dev.stethos.evaluation.web;

import org.jspecify.annotations.NullMarked;
