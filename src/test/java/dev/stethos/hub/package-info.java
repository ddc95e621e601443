@NullMarked
package dev.stethos.hub;

import org.jspecify.annotations.NullMarked;
