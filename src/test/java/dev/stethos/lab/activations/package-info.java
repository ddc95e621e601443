@NullMarked
package dev.stethos.lab.activations;

import org.jspecify.annotations.NullMarked;
