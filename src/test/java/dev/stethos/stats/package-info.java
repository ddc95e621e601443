@NullMarked
package dev.stethos.stats;

import org.jspecify.annotations.NullMarked;
