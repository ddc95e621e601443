@NullMarked
package dev.stethos.evaluation.report;

import org.jspecify.annotations.NullMarked;
