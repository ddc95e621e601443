/// The command line: the server's start and the offline commands. Start at [Stethos].
@NullMarked
package dev.stethos.cli;

import org.jspecify.annotations.NullMarked;
