package dev.stethos.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Profiles are loaded, swapped and rolled back over HTTP while completions are answered.
@QuarkusTest
final class AdminIT {
    private static final String PROFILE = "number-theory";
    private static final String QUESTION =
            "{\"model\":\"tiny-gemma-3\",\"temperature\":0,%s\"messages\":[{\"role\":\"user\",\"content\":\"Write 38 in base 7.\"}]}";

    private String base;
    private String edited;

    @BeforeEach
    void activateTheProfile() {
        edited = put("{\"profile\":\"number-theory\"}").path("to.revision");
        base = given().get("/v1/models/tiny-gemma-3:base").path("revision");
        assertThat(edited).isNotEqualTo(base);
    }

    @AfterEach
    void restore() {
        put("{\"profile\":\"number-theory\"}");
    }

    @Test
    void theServedNameFollowsTheActiveRevision() {
        assertThat(answer()).contains("\\boxed{53}");
        given().contentType("application/json")
                .body("{\"profile\":\"base\"}")
                .header("If-Match", '"' + edited + '"')
                .put("/admin/active")
                .then()
                .statusCode(200)
                .header("ETag", '"' + base + '"')
                .body("outcome", equalTo("active"))
                .body("actor", equalTo("loopback"))
                .body("from.revision", equalTo(edited))
                .body("to.revision", equalTo(base))
                .body("reason", nullValue());
        assertThat(answer()).contains("\\boxed{50}");
        given().get("/admin/active").then().body("revision", equalTo(base));

        given().post("/admin/active/rollback")
                .then()
                .statusCode(200)
                .body("to.profile", equalTo(PROFILE));
        assertThat(answer()).contains("\\boxed{53}");
        given().get("/admin/history")
                .then()
                .body("changes[0].to.revision", equalTo(edited))
                .body("changes[1].to.revision", equalTo(base));
    }

    @Test
    void aCallerWhoBelievesAnotherRevisionActiveIsRefused() {
        given().contentType("application/json")
                .body("{\"profile\":\"base\"}")
                .header("If-Match", '"' + base + '"')
                .put("/admin/active")
                .then()
                .statusCode(412)
                .body("error.code", equalTo("revision_mismatch"))
                .body("error.message", containsString(edited));
        given().get("/admin/active").then().body("revision", equalTo(edited));
    }

    @Test
    void aChangeThatFailsChangesNothingAndIsRemembered() {
        given().contentType("application/json")
                .body("{\"profile\":\"no-such\"}")
                .put("/admin/active")
                .then()
                .statusCode(404)
                .body("error.code", equalTo("profile_not_found"));
        given().get("/admin/active").then().body("revision", equalTo(edited));
        given().get("/admin/history")
                .then()
                .body("changes[0].outcome", equalTo("failed"))
                .body("changes[0].to.profile", equalTo("no-such"))
                .body("changes[0].reason", containsString("no-such"));
    }

    @Test
    void anotherScaleIsAnotherRevisionThatLeavesAgain() {
        Response half = put("{\"profile\":\"number-theory\",\"scale\":0.5}");
        String revision = half.path("to.revision");
        assertThat(Set.of(base, edited)).doesNotContain(revision);
        given().get("/v1/models").then().body("data.id", hasItem("tiny-gemma-3:number-theory@0.5"));
        given().post("/admin/profiles/number-theory@0.5/unload")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("profile_in_use"));
        put("{\"profile\":\"number-theory\"}");
        given().post("/admin/profiles/number-theory@0.5/unload")
                .then()
                .statusCode(200)
                .body("profiles.profile", not(hasItem("number-theory@0.5")));
        given().get("/v1/models/tiny-gemma-3:number-theory@0.5").then().statusCode(404);
    }

    @Test
    void aDryRunTellsTheRevisionAndKeepsNothing() {
        Response verified = given().post("/admin/profiles/number-theory/verify?scale=0.25");
        assertThat(verified.statusCode()).isEqualTo(200);
        assertThat(verified.<String>path("revision")).hasSize(64).isNotEqualTo(edited);
        given().get("/admin/profiles")
                .then()
                .body("profiles.profile", not(hasItem("number-theory@0.25")))
                .body("profiles.find { it.profile == 'number-theory' }.state", equalTo("active"))
                .body("profiles.find { it.profile == 'base' }.state", equalTo("resident"));
    }

    @Test
    void badRequestsAreNamed() {
        refused(given().body("{}"), 400, "profile");
        refused(given().body("{\"profile\":\"../x\"}"), 400, "../x");
        for (String url : List.of("http://169.254.169.254/x", "file:///etc/passwd", "hf://a/b")) {
            refused(given().body("{\"profile\":\"%s\"}".formatted(url)), 400, "profile name");
        }
        refused(given().body("{\"profile\":\"base\",\"colour\":1}"), 400, "colour");
        refused(given().body("{\"profile\":\"base\",\"scale\":0.5}"), 400, "scale");
        refused(given().body("{\"profile\":\"base\"}").header("If-Match", "x"), 400, "If-Match");
        given().post("/admin/profiles/base/unload").then().statusCode(409);
        given().post("/admin/profiles/nothing/unload").then().statusCode(404);
    }

    @Test
    void aBrowsersPageIsRefused() {
        given().header("Origin", "https://example.org").get("/admin/active").then().statusCode(403);
        given().header("Host", "rebound.example.org").get("/admin/active").then().statusCode(403);
    }

    private static void refused(RequestSpecification request, int status, String named) {
        request.contentType("application/json")
                .put("/admin/active")
                .then()
                .statusCode(status)
                .body("error.message", containsString(named));
    }

    private static Response put(String body) {
        Response response = given().contentType("application/json").body(body).put("/admin/active");
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return response;
    }

    private static String answer() {
        return given().contentType("application/json")
                .body(QUESTION.formatted(""))
                .post("/v1/chat/completions")
                .path("choices[0].message.content");
    }
}
