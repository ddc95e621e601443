@NullMarked
package dev.stethos.lab.sae;

import org.jspecify.annotations.NullMarked;
