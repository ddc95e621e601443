@NullMarked
package dev.stethos.gemma.config;

import org.jspecify.annotations.NullMarked;
