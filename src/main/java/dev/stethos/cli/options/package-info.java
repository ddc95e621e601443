/// What several commands share: options, opened models, progress bars and written reports.
@NullMarked
package dev.stethos.cli.options;

import org.jspecify.annotations.NullMarked;
