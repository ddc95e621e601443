package dev.stethos.evaluation.web;

import dev.stethos.evaluation.EvaluationException;
import dev.stethos.evaluation.jobs.storage.StorageException;
import dev.stethos.evaluation.suite.SuiteException;
import dev.stethos.web.ApiException;
import dev.stethos.web.ErrorMappers;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Refused evaluations as HTTP answers.
@Singleton
public final class EvaluationErrors {
    private static final Logger LOG = Logger.getLogger(EvaluationErrors.class);

    /// When the database may be back.
    private static final Duration LATER = Duration.ofSeconds(5);

    private final ErrorMappers mappers;

    EvaluationErrors(ErrorMappers mappers) {
        this.mappers = mappers;
    }

    @ServerExceptionMapper
    Response suite(SuiteException cause) {
        String message = String.valueOf(cause.getMessage());
        String param = message.replaceFirst("^(suite|subjects|limit)\\b.*", "$1");
        return mappers.refused(
                new ApiException(
                        400, param.equals(message) ? null : param, "invalid_value", message));
    }

    @ServerExceptionMapper
    Response failed(EvaluationException cause) {
        return mappers.refused(
                new ApiException(
                        422, null, "evaluation_failed", String.valueOf(cause.getMessage())));
    }

    /// What the database says stays in the log.
    @ServerExceptionMapper
    Response storage(StorageException cause) {
        LOG.error("evaluations are not available", cause);
        return mappers.refused(
                new ApiException(
                        503,
                        null,
                        "storage_unavailable",
                        "evaluations: their database is not available",
                        LATER));
    }
}
