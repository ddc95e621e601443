/// What a caller may send: bodies with every field checked, and prompts turned into tokens.
@NullMarked
package dev.stethos.openai.request;

import org.jspecify.annotations.NullMarked;
