@NullMarked
package dev.stethos.lab.diagnosis;

import org.jspecify.annotations.NullMarked;
