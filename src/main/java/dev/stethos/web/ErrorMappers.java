package dev.stethos.web;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.CharConversionException;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns every exception that leaves an endpoint, or the reading of its body, into an [ErrorBody].
/// What nobody foresaw is logged under the request's id and told without detail.
@Singleton
public final class ErrorMappers {
    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

    /// The answer that a refusal becomes; other packages' mappers end here.
    @ServerExceptionMapper
    public Response refused(ApiException refusal) {
        Response.ResponseBuilder response =
                Response.status(refusal.status())
                        .entity(refusal.body())
                        .type(MediaType.APPLICATION_JSON_TYPE);
        Refusals.headers(refusal).forEach(response::header);
        return response.build();
    }

    @ServerExceptionMapper
    Response mismatched(MismatchedInputException mismatch) {
        return refused(JsonRefusal.of(mismatch));
    }

    @ServerExceptionMapper
    Response json(JacksonException cause) {
        return refused(JsonRefusal.of(cause));
    }

    /// The JSON library's word for bytes that are no text in the encoding that they begin with.
    @ServerExceptionMapper
    Response garbled(CharConversionException cause) {
        return refused(
                new ApiException(
                        400, null, "invalid_json", "body: its bytes are not text in UTF-8"));
    }

    /// The framework's own refusals: path, method, media type.
    @ServerExceptionMapper
    Response framework(WebApplicationException cause, RoutingContext context) {
        if (cause.getCause() instanceof JacksonException json) {
            return refused(JsonRefusal.of(json));
        }
        Response given = cause.getResponse();
        ApiException refusal = HttpRefusal.of(given.getStatus(), context.request());
        Response.ResponseBuilder response = Response.fromResponse(refused(refusal));
        String allow = given.getHeaderString(HttpHeaders.ALLOW);
        return (allow == null ? response : response.header(HttpHeaders.ALLOW, allow)).build();
    }

    @ServerExceptionMapper
    Response unforeseen(Throwable cause, RoutingContext context) {
        String id = RequestIds.of(context);
        if (cause instanceof IOException && context.response().closed()) {
            LOG.debugf(cause, "request %s: its client has gone", id);
        } else {
            LOG.errorf(cause, "request %s failed", id);
        }
        return refused(HttpRefusal.unforeseen(id));
    }
}
