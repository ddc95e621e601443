@NullMarked
package dev.stethos.edit;

import org.jspecify.annotations.NullMarked;
