/// `./stethos profile`: makes, checks, signs and shows edit profiles.
@NullMarked
package dev.stethos.cli.profile;

import org.jspecify.annotations.NullMarked;
