@NullMarked
package dev.stethos.lab.explain;

import org.jspecify.annotations.NullMarked;
