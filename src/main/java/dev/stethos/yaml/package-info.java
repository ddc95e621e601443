/// YAML as the files of this project use it. Start at [StrictYaml]. It knows nothing about what the
/// files say.
@NullMarked
package dev.stethos.yaml;

import org.jspecify.annotations.NullMarked;
