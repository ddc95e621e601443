@NullMarked
package dev.stethos.traces;

import org.jspecify.annotations.NullMarked;
