@NullMarked
package dev.stethos.tiny;

import org.jspecify.annotations.NullMarked;
