package dev.stethos.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ErrorBodyTest {

    @Test
    void alwaysHasAllFourFields() throws JsonProcessingException {
        ObjectMapper frugal =
                new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

        assertThat(frugal.writeValueAsString(ErrorBody.of(404, "/x: no", null, null)))
                .isEqualTo(
                        "{\"error\":{\"message\":\"/x: no\",\"type\":\"invalid_request_error\","
                                + "\"param\":null,\"code\":null}}");
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request_error",
        "401,authentication_error",
        "403,permission_error",
        "413,invalid_request_error",
        "429,rate_limit_error",
        "500,server_error",
        "503,server_error"
    })
    void typeFollowsStatus(int status, String type) {
        assertThat(ErrorBody.of(status, "m", null, null).error().type()).isEqualTo(type);
    }
}
