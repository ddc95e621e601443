@NullMarked
package dev.stethos.evaluation.grading;

import org.jspecify.annotations.NullMarked;
