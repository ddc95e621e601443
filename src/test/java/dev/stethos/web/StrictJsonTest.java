package dev.stethos.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrictJsonTest {
    private static final int MAX_BODY = 500;

    private final ObjectMapper json = mapper();

    record Inner(@Nullable String text) {}

    record Body(
            @Nullable Integer count,
            @Nullable Long big,
            @Nullable Double weight,
            @Nullable Boolean flag,
            @Nullable String name,
            @Nullable List<Inner> inner,
            @Nullable Map<String, Double> table,
            @Nullable Object any) {
        Body {
            if (count != null && count < 0) {
                throw ApiException.invalidValue("count", count, "0 or more");
            }
        }
    }

    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        new StrictJson(
                        new WebConfig() {
                            @Override
                            public MemorySize maxJsonBody() {
                                return new MemorySize(BigInteger.valueOf(MAX_BODY));
                            }

                            @Override
                            public MemorySize maxBody() {
                                return new MemorySize(BigInteger.ONE);
                            }

                            @Override
                            public int maxJsonDepth() {
                                return 8;
                            }

                            @Override
                            public Duration headTimeout() {
                                return Duration.ZERO;
                            }

                            @Override
                            public Duration bodyTimeout() {
                                return Duration.ZERO;
                            }

                            @Override
                            public MemorySize sendBuffer() {
                                return new MemorySize(BigInteger.ONE);
                            }
                        })
                .customize(mapper);
        return mapper;
    }

    @Test
    void readsWhatIsWellFormed() throws IOException {
        Body body =
                json.readValue(
                        "{\"count\":3,\"big\":9223372036854775807,\"weight\":1,\"flag\":true,\"name\":\"n\","
                                + "\"inner\":[{\"text\":null}],\"table\":{\"a\":0.5}}",
                        Body.class);

        assertThat(body.count()).isEqualTo(3);
        assertThat(body.weight()).isEqualTo(1);
        assertThat(body.table()).containsEntry("a", 0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"count\":\"3\"}|400|count|invalid_type|a string was given",
                "{\"count\":\"\"}|400|count|invalid_type|allowed is an integer",
                "{\"count\":1.5}|400|count|invalid_type|a fraction was given",
                "{\"count\":true}|400|count|invalid_type|a boolean was given",
                "{\"count\":2147483648}|400|count|invalid_type|integer of 32 bits",
                "{\"count\":1e308}|400|count|invalid_type|integer of 32 bits",
                "{\"count\":{}}|400|count|invalid_type|an object was given",
                "{\"big\":9223372036854775808}|400|big|invalid_type|64 bits",
                "{\"weight\":\"1\"}|400|weight|invalid_type|allowed is a number",
                "{\"weight\":true}|400|weight|invalid_type|allowed is a number",
                "{\"flag\":1}|400|flag|invalid_type|allowed is true or false",
                "{\"flag\":\"true\"}|400|flag|invalid_type|a string was given",
                "{\"name\":5}|400|name|invalid_type|an integer was given",
                "{\"name\":[]}|400|name|invalid_type|an array was given",
                "{\"inner\":[{},{\"text\":7}]}|400|inner[1].text|invalid_type|allowed is a string",
                "{\"inner\":{}}|400|inner|invalid_type|allowed is an array",
                "{\"table\":{\"a\":\"b\"}}|400|table.a|invalid_type|allowed is a number",
                "{\"inner\":[{\"more\":1}]}|400|inner[0].more|unknown_parameter|not known",
                "{\"count\":1,\"count\":1}|400|-|invalid_json|Duplicate field 'count'",
                "{\"count\":1} 2|400|-|invalid_json|something follows",
                "{\"count\":|400|-|invalid_json|line 1, column 10",
                "{\"count\":NaN}|400|-|invalid_json|NaN",
                "{'count':1}|400|-|invalid_json|Unexpected character",
                "[]|400|-|invalid_type|an array was given",
                "7|400|-|invalid_type|allowed is an object",
                "{\"any\":[[[[[[[[1]]]]]]]]}|413|-|body_too_large|depth",
                "{\"count\":-1}|400|count|invalid_value|-1 was given, allowed is 0 or more",
            })
    void refusesByField(
            String body, int status, @Nullable String param, String code, String partOfMessage) {
        ErrorBody.Detail refusal = refusal(body, status);

        assertThat(refusal.param()).isEqualTo(param);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.message()).contains(partOfMessage);
    }

    @Test
    void refusesABodyOverTheLimitEvenWithoutAnAnnouncedLength() {
        String large = "{\"any\":[" + "1,".repeat(MAX_BODY * 20) + "1]}";

        assertThat(refusal(large, 413).message()).contains("exceeds", String.valueOf(MAX_BODY));
    }

    @Test
    void namesNoTypeAndNoLibraryToTheClient() {
        for (String body :
                List.of("{\"count\":{}}", "[1]", "{\"weight\":NaN}", "{\"inner\":5}", "{,}")) {
            assertThat(refusal(body, 400).message())
                    .doesNotContain("java", "Jackson", "dev.stethos", "`");
        }
    }

    private ErrorBody.Detail refusal(String body, int status) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        JacksonException thrown =
                catchThrowableOfType(
                        JacksonException.class,
                        () -> json.readValue(new ByteArrayInputStream(bytes), Body.class));
        ApiException refusal = JsonRefusal.of(thrown);
        assertThat(refusal.status()).isEqualTo(status);
        return refusal.body().error();
    }
}
