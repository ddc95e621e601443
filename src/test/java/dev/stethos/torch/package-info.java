@NullMarked
package dev.stethos.torch;

import org.jspecify.annotations.NullMarked;
