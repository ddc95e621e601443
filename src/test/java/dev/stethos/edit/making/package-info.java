@NullMarked
package dev.stethos.edit.making;

import org.jspecify.annotations.NullMarked;
