/// Suites: what a model is asked, as YAML files declare it, and the problems that they ask, as JSON
/// lines or parquet files. Start at [Suite]. It knows nothing about models.
@NullMarked
package dev.stethos.evaluation.suite;

import org.jspecify.annotations.NullMarked;
