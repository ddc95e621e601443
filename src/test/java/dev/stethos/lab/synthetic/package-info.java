@NullMarked
package dev.stethos.lab.synthetic;

import org.jspecify.annotations.NullMarked;
