@NullMarked
package dev.stethos.bench;

import org.jspecify.annotations.NullMarked;
