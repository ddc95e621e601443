@NullMarked
package dev.stethos.cli.lab;

import org.jspecify.annotations.NullMarked;
