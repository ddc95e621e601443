/// Evaluations, their answers and promotions as rows of H2 or PostgreSQL.
@NullMarked
package dev.stethos.evaluation.jobs.storage;

import org.jspecify.annotations.NullMarked;
