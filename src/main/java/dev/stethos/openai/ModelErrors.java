package dev.stethos.openai;

import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.serving.NotReadyException;
import dev.stethos.serving.UnknownModelException;
import dev.stethos.web.ApiException;
import dev.stethos.web.ErrorMappers;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// The model's and the engine's refusals as HTTP answers.
@Singleton
public final class ModelErrors {
    /// When another server, or this one, may be ready.
    private static final Duration LATER = Duration.ofSeconds(5);

    private final ErrorMappers mappers;

    ModelErrors(ErrorMappers mappers) {
        this.mappers = mappers;
    }

    @ServerExceptionMapper
    Response unknown(UnknownModelException cause) {
        return mappers.refused(
                new ApiException(
                        404, "model", "model_not_found", String.valueOf(cause.getMessage())));
    }

    @ServerExceptionMapper
    Response busy(QueueFullException cause) {
        return mappers.refused(
                new ApiException(
                        429,
                        null,
                        "rate_limit_exceeded",
                        String.valueOf(cause.getMessage()),
                        cause.retryAfter()));
    }

    @ServerExceptionMapper
    Response notReady(NotReadyException cause) {
        return mappers.refused(
                new ApiException(
                        503, null, "not_ready", String.valueOf(cause.getMessage()), LATER));
    }
}
