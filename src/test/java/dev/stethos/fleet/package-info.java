@NullMarked
package dev.stethos.fleet;

import org.jspecify.annotations.NullMarked;
