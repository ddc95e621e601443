/// Random autoencoders in the folders of a published set, to prove commands and measure memory on
/// where the published ones are not at hand. Start at [SyntheticScope].
@NullMarked
package dev.stethos.lab.synthetic;

import org.jspecify.annotations.NullMarked;
