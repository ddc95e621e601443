@NullMarked
package dev.stethos.inference.sampling;

import org.jspecify.annotations.NullMarked;
