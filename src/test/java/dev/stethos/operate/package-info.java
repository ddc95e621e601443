@NullMarked
package dev.stethos.operate;

import org.jspecify.annotations.NullMarked;
