@NullMarked
package dev.stethos.tiny.training;

import org.jspecify.annotations.NullMarked;
