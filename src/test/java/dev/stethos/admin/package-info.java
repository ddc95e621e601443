@NullMarked
package dev.stethos.admin;

import org.jspecify.annotations.NullMarked;
