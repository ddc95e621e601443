@NullMarked
package dev.stethos.tiny.tokens;

import org.jspecify.annotations.NullMarked;
