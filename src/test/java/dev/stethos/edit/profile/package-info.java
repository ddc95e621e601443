@NullMarked
package dev.stethos.edit.profile;

import org.jspecify.annotations.NullMarked;
