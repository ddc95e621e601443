package dev.stethos.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLabelsTest {
    @ParameterizedTest
    @CsvSource({
        "401, /admin/made-up, 401",
        "405, /admin/profiles/made-up, 405",
        "200, /v1/completions, /v1/completions",
        "429, /v1/completions, /v1/completions",
        "503, /v1/completions, /v1/completions",
    })
    void refusedRequestsHaveTheirStatusAsPath(String status, String path, String label) {
        Meter.Id id = id(Tags.of("method", "GET", "status", status, "uri", path));
        assertThat(RequestLabels.bounded(id).getTag("uri")).isEqualTo(label);
        assertThat(RequestLabels.bounded(id).getTag("method")).isEqualTo("GET");
    }

    @Test
    void whatHasNoPathStaysAsItIs() {
        Meter.Id id = id(Tags.of("status", "401"));
        assertThat(RequestLabels.bounded(id)).isEqualTo(id);
    }

    private static Meter.Id id(Tags tags) {
        return new Meter.Id("http.server.requests", tags, null, null, Meter.Type.TIMER);
    }
}
