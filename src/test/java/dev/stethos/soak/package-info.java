@NullMarked
package dev.stethos.soak;

import org.jspecify.annotations.NullMarked;
