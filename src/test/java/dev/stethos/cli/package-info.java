@NullMarked
package dev.stethos.cli;

import org.jspecify.annotations.NullMarked;
