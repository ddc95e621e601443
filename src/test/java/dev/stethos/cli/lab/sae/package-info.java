@NullMarked
package dev.stethos.cli.lab.sae;

import org.jspecify.annotations.NullMarked;
