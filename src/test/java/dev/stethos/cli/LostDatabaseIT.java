package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.restassured.specification.RequestSpecification;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The evaluations' database ends under a running server: completions go on, evaluations are not
/// available.
class LostDatabaseIT {
    private static final String ORDER =
            """
            {"suite": "tiny-math", "baseline": "%1$s:base", "candidate": "%1$s", "limit": 1}
            """;

    @TempDir private Path dir;

    @Test
    void completionsGoOnAndEvaluationsAreUnavailable() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start();
        try (ServerProcess server =
                ServerProcess.start(
                        dir,
                        List.of(
                                "-Dstethos.evaluations.database.url="
                                        + postgres.getJdbcUrl("postgres", "postgres"),
                                "-Dstethos.evaluations.database.user=postgres",
                                "-Dstethos.evaluations.database.password=postgres"),
                        "serve",
                        "--port",
                        "0",
                        "--management-port",
                        "0")) {
            ServerProcess.Ready ready = server.awaitReady();
            api(ready)
                    .body(ORDER.formatted(ready.model()))
                    .post("/v1/evaluations")
                    .then()
                    .statusCode(202);
            postgres.close();
            api(ready)
                    .body(ORDER.formatted(ready.model()))
                    .post("/v1/evaluations")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", equalTo("5"))
                    .body("error.code", equalTo("storage_unavailable"));
            api(ready)
                    .body(
                            "{\"model\": \"%s\", \"prompt\": \"2+3=\", \"max_tokens\": 8}"
                                    .formatted(ready.model()))
                    .post("/v1/completions")
                    .then()
                    .statusCode(200)
                    .body("usage.completion_tokens", greaterThan(0));
            given().baseUri(ready.management()).get("/q/health/ready").then().statusCode(200);
            server.terminate();
            assertThat(server.awaitExit()).isZero();
        } finally {
            postgres.close();
        }
    }

    private static RequestSpecification api(ServerProcess.Ready ready) {
        return given().baseUri(ready.api()).contentType("application/json");
    }
}
