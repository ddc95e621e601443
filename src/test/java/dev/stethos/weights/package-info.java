@NullMarked
package dev.stethos.weights;

import org.jspecify.annotations.NullMarked;
