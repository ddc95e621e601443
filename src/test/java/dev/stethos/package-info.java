@NullMarked
package dev.stethos;

import org.jspecify.annotations.NullMarked;
