@NullMarked
package dev.stethos.lab.experiment;

import org.jspecify.annotations.NullMarked;
