package dev.stethos.serving;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthAndMetricsIT {
    private final Serving serving;

    @Inject
    HealthAndMetricsIT(Serving serving) {
        this.serving = serving;
    }

    @TestHTTPResource(value = "/", management = true)
    URI management = URI.create("/");

    @TestHTTPResource("/")
    URI api = URI.create("/");

    @Test
    void isReadyWithWhatItServes() {
        given().baseUri(management.toString())
                .get("health/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.data.profile", hasItem("number-theory"))
                .body("checks.data.revision", hasItem(serving.model().active().revision()));
    }

    @Test
    void isStartedAndLive() {
        for (String check : new String[] {"started", "live"}) {
            given().baseUri(management.toString())
                    .get("health/" + check)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP"));
        }
    }

    @Test
    void countsTokensAndTimesThem() {
        given().baseUri(api.toString())
                .contentType("application/json")
                .body(
                        "{\"model\":\"%s\",\"prompt\":\"Find 3 + 4.\",\"max_tokens\":8}"
                                .formatted(serving.model().name()))
                .post("v1/completions")
                .then()
                .statusCode(200);
        String metrics =
                given().baseUri(management.toString())
                        .get("metrics")
                        .then()
                        .statusCode(200)
                        .body(containsString("stethos_time_to_first_token_seconds_bucket"))
                        .body(containsString("stethos_inter_token_latency_seconds_bucket"))
                        .body(
                                matchesPattern(
                                        "(?s).*stethos_generated_tokens_total(\\{.*?})? [1-9].*"))
                        .body(matchesPattern("(?s).*stethos_prompt_tokens_total(\\{.*?})? [1-9].*"))
                        .body(containsString("stethos_sequences_running"))
                        .body(containsString("stethos_sequences_waiting"))
                        .body(containsString("stethos_kv_usage"))
                        .body(containsString("stethos_profile_apply_seconds_count"))
                        .body(containsString("vllm:num_requests_waiting{"))
                        .body(containsString("vllm:num_requests_running{"))
                        .body(containsString("vllm:kv_cache_usage_perc{"))
                        .body(
                                matchesPattern(
                                        "(?s).*vllm:lora_requests_info\\{.*running_lora_adapters=\"number-theory\".*"))
                        .extract()
                        .asString();
        org.assertj.core.api.Assertions.assertThat(metrics)
                .containsPattern(
                        "stethos_revision_info\\{.*profile=\"number-theory\".*revision=\""
                                + serving.model().active().revision()
                                + "\".*} 1");
    }

    @Test
    void keepsHealthAndMetricsOffTheApiPort() {
        given().baseUri(api.toString())
                .get("q/metrics")
                .then()
                .statusCode(404)
                .body(not(containsString("stethos_")));
    }
}
