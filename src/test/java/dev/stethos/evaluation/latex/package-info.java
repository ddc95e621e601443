@NullMarked
package dev.stethos.evaluation.latex;

import org.jspecify.annotations.NullMarked;
