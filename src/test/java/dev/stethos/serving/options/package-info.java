@NullMarked
package dev.stethos.serving.options;

import org.jspecify.annotations.NullMarked;
