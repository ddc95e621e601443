@NullMarked
package dev.stethos.evaluation.jobs.storage;

import org.jspecify.annotations.NullMarked;
