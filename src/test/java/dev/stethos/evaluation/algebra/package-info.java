@NullMarked
package dev.stethos.evaluation.algebra;

import org.jspecify.annotations.NullMarked;
