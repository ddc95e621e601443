@NullMarked
package dev.stethos.openai;

import org.jspecify.annotations.NullMarked;
