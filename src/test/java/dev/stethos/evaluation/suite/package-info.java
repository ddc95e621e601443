@NullMarked
package dev.stethos.evaluation.suite;

import org.jspecify.annotations.NullMarked;
