@NullMarked
package dev.stethos.security;

import org.jspecify.annotations.NullMarked;
