/// `./stethos lab sae`: trains, judges, compares and explains sparse autoencoders.
@NullMarked
package dev.stethos.cli.lab.sae;

import org.jspecify.annotations.NullMarked;
