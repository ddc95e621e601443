@NullMarked
package dev.stethos.serving;

import org.jspecify.annotations.NullMarked;
