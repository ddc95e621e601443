@NullMarked
package dev.stethos.evaluation.jobs;

import org.jspecify.annotations.NullMarked;
