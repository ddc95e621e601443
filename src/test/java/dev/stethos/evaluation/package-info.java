@NullMarked
package dev.stethos.evaluation;

import org.jspecify.annotations.NullMarked;
