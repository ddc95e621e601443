package dev.stethos.admin;

import dev.stethos.edit.intake.StoreWriteException;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.serving.EffectException;
import dev.stethos.serving.HistoryWriteException;
import dev.stethos.serving.ProfileConflictException;
import dev.stethos.web.ApiException;
import dev.stethos.web.ErrorMappers;
import dev.stethos.weights.InvalidWeightsException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Refused profiles and changes as HTTP answers.
@Singleton
public final class AdminErrors {
    private final ErrorMappers mappers;

    AdminErrors(ErrorMappers mappers) {
        this.mappers = mappers;
    }

    @ServerExceptionMapper
    Response invalid(InvalidProfileException cause) {
        int status =
                switch (cause.code()) {
                    case INVALID_PROFILE_NAME -> 400;
                    case PROFILE_NOT_FOUND -> 404;
                    case BASE_MISMATCH, PROFILE_EXISTS -> 409;
                    case UNSUPPORTED_FILE -> 415;
                    case UNTRUSTED_PROFILE -> 403;
                    case INVALID_PROFILE, UNSAFE_DELTA -> 422;
                };
        return refused(status, cause.code().toString(), cause);
    }

    @ServerExceptionMapper
    Response malformed(InvalidWeightsException cause) {
        return refused(422, InvalidProfileException.Code.INVALID_PROFILE.toString(), cause);
    }

    @ServerExceptionMapper
    Response withoutEffect(EffectException cause) {
        return refused(422, InvalidProfileException.Code.INVALID_PROFILE.toString(), cause);
    }

    @ServerExceptionMapper
    Response conflict(ProfileConflictException cause) {
        return switch (cause.reason()) {
            case NOT_ACTIVE -> refused(412, "revision_mismatch", cause);
            case IN_USE -> refused(409, "profile_in_use", cause);
            case NO_PREVIOUS -> refused(409, "nothing_to_roll_back", cause);
            case OUT_OF_BUDGET -> refused(507, "out_of_budget", cause);
            case OUT_OF_MEMORY -> refused(507, "out_of_memory", cause);
        };
    }

    @ServerExceptionMapper
    Response notWritable(StoreWriteException cause) {
        return refused(507, "store_not_writable", cause);
    }

    @ServerExceptionMapper
    Response notWritable(HistoryWriteException cause) {
        return refused(507, "history_not_writable", cause);
    }

    private Response refused(int status, String code, RuntimeException cause) {
        return mappers.refused(
                new ApiException(status, null, code, String.valueOf(cause.getMessage())));
    }
}
