@NullMarked
package dev.stethos.cli.options;

import org.jspecify.annotations.NullMarked;
