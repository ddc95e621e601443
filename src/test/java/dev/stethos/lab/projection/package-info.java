@NullMarked
package dev.stethos.lab.projection;

import org.jspecify.annotations.NullMarked;
