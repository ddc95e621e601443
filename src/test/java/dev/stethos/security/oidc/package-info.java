@NullMarked
package dev.stethos.security.oidc;

import org.jspecify.annotations.NullMarked;
