@NullMarked
package dev.stethos.lab.metasae;

import org.jspecify.annotations.NullMarked;
