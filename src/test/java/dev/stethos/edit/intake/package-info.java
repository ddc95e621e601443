@NullMarked
package dev.stethos.edit.intake;

import org.jspecify.annotations.NullMarked;
