@NullMarked
package dev.stethos.cli.profile;

import org.jspecify.annotations.NullMarked;
