/// An evaluation's report and its forms: JSON, Markdown, a page of HTML, plain text. Start at
/// [EvaluationReport]. It knows nothing about how an evaluation is run or stored.
@NullMarked
package dev.stethos.evaluation.report;

import org.jspecify.annotations.NullMarked;
