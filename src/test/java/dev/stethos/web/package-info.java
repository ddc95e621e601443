@NullMarked
package dev.stethos.web;

import org.jspecify.annotations.NullMarked;
