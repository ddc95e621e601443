@NullMarked
package dev.stethos.evaluation.web;

import org.jspecify.annotations.NullMarked;
