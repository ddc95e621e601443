/// Bearer tokens of an OpenID Connect issuer: whether a token is one of the issuer's, for this
/// audience and for now, and what it says. Start at [TokenVerifier]. It knows nothing about what a
/// role allows.
@NullMarked
package dev.stethos.security.oidc;

import org.jspecify.annotations.NullMarked;
