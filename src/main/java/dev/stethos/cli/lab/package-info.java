/// `./stethos lab`: activations, diagnosis, projection and the experiment.
@NullMarked
package dev.stethos.cli.lab;

import org.jspecify.annotations.NullMarked;
