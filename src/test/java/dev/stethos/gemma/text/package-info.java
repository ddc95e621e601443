@NullMarked
package dev.stethos.gemma.text;

import org.jspecify.annotations.NullMarked;
