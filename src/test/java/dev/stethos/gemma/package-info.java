@NullMarked
package dev.stethos.gemma;

import org.jspecify.annotations.NullMarked;
