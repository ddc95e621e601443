@NullMarked
package dev.stethos.tiny.problems;

import org.jspecify.annotations.NullMarked;
