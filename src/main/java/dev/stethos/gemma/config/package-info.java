/// A checkpoint's JSON files, read strictly.
@NullMarked
package dev.stethos.gemma.config;

import org.jspecify.annotations.NullMarked;
