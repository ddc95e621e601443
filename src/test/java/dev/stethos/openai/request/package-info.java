@NullMarked
package dev.stethos.openai.request;

import org.jspecify.annotations.NullMarked;
