@NullMarked
package dev.stethos.inference;

import org.jspecify.annotations.NullMarked;
