/// What every HTTP endpoint shares: the one error shape and everything that produces it, strict
/// JSON, request ids, security headers, JSON logs. Start at [ApiException]. It knows nothing about
/// models.
@NullMarked
package dev.stethos.web;

import org.jspecify.annotations.NullMarked;
