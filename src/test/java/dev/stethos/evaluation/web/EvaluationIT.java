package dev.stethos.evaluation.web;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;

/// Evaluations, promotions and solutions over HTTP, with the embedded model.
@QuarkusTest
final class EvaluationIT {
    private static final String ORDER =
            "{\"suite\":\"tiny-math\",\"baseline\":\"tiny-gemma-3:base\",\"candidate\":\"tiny-gemma-3:number-theory\",\"limit\":2,\"controlDocuments\":8}";

    @Test
    void comparesTwoModelIdsAndReports() {
        String id = create(ORDER);
        String events = given().get("/v1/evaluations/" + id + "/events").asString();
        String last = events.substring(events.lastIndexOf("event: "));
        assertThat(last).startsWith("event: end\n").contains("\"status\":\"completed\"");
        assertThat(JsonPath.from(last.substring(last.indexOf('{'))).getInt("items")).isEqualTo(14);
        given().get("/v1/evaluations/" + id)
                .then()
                .body("status", equalTo("completed"))
                .body("definition.baseline.profile", equalTo("base"))
                .body("definition.candidate.profile", equalTo("number-theory"));
        given().get("/v1/evaluations").then().body("data.id", hasItem(id));
        given().get("/v1/evaluations/" + id + "/items?from=4&limit=5")
                .then()
                .body("total", equalTo(14))
                .body("data", hasSize(5))
                .body("data[0].position", equalTo(4))
                .body("data.answers", everyItem(hasSize(2)))
                .body("data.answers.flatten().graded.text", everyItem(containsString("\\boxed")))
                .body("next", equalTo(9));
        reports(id);
        given().delete("/v1/evaluations/" + id).then().statusCode(204);
        given().get("/v1/evaluations/" + id)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("evaluation_not_found"));
    }

    private static void reports(String id) {
        String report = "/v1/evaluations/" + id + "/report";
        given().get(report)
                .then()
                .contentType("application/json")
                .body("suite", equalTo("tiny-math"))
                .body("overall.n", equalTo(14))
                .body("subjects", hasSize(7))
                .body("items", hasSize(14))
                .body("controlText.documents", equalTo(8));
        given().accept("text/markdown")
                .get(report)
                .then()
                .contentType(containsString("text/markdown"))
                .body(containsString("| number theory | 2 |"));
        given().get(report + "?format=html")
                .then()
                .contentType(containsString("text/html"))
                .body(allOf(containsString("<svg "), not(containsString("http"))));
        given().get(report + "?format=pdf")
                .then()
                .statusCode(400)
                .body("error.message", containsString("json, markdown or html"));
    }

    @Test
    void theSameOrderGivesTheSameNumbersWhateverElseRuns() {
        String first = create(ORDER);
        finish(first);
        String second = create(ORDER);
        do {
            given().contentType("application/json")
                    .body(
                            "{\"model\":\"tiny-gemma-3\",\"prompt\":\"What is 2+3?\",\"max_tokens\":4}")
                    .post("/v1/completions")
                    .then()
                    .statusCode(200);
        } while (!status(second).equals("completed"));
        assertThat(report(second).replace(second, "")).isEqualTo(report(first).replace(first, ""));
    }

    @Test
    void refusesWhatItDoesNotKnowAndSaysWhatItKnows() {
        refused(ORDER.replace("tiny-math", "none"), 400, "suite", "tiny-math");
        refused(ORDER.replace(":base", ":none"), 404, "model", "tiny-gemma-3:base");
        refused(ORDER.replace("limit", "limits"), 400, "limits", "subjects");
        refused(ORDER.replace("\"limit\":2", "\"limit\":0"), 400, "limit", "1 or more");
        refused(ORDER.replace("\"limit\":2", "\"samples\":3"), 400, "samples", "temperature");
        refused(
                ORDER.replace("\"limit\":2", "\"subjects\":[\"poetry\"]"),
                400,
                "subjects",
                "algebra");
        refused("{}", 400, "suite", "required");
        given().post("/v1/evaluations/none/cancel").then().statusCode(404);
        given().get("/v1/evaluations?limit=0").then().statusCode(400);
    }

    @Test
    void promotesOnlyWhatTheRuleAllows() {
        given().contentType("application/json")
                .body("{\"profile\":\"base\"}")
                .put("/admin/active")
                .then()
                .statusCode(200);
        String wanted =
                "{\"candidate\":\"number-theory\",\"suite\":\"tiny-math\",\"subjects\":[\"algebra\"],\"limit\":4,\"controlDocuments\":8%s}";
        JsonPath refused = promotion(wanted.formatted(""));
        assertThat(refused.getString("outcome")).isEqualTo("refused");
        assertThat(refused.getList("reasons"))
                .contains("0 subjects are improved, at least 1 must be");
        assertThat(active()).isEqualTo("base");
        JsonPath promoted =
                promotion(wanted.formatted(",\"rule\":{\"improved\":0,\"controlMargin\":1}"));
        assertThat(promoted.getString("outcome")).isEqualTo("promoted");
        assertThat(promoted.getString("actor")).isEqualTo("loopback");
        assertThat(active()).isEqualTo("number-theory");
    }

    @Test
    void promotionsStandBehindTheAdminGate() {
        given().header("Origin", "http://example.org")
                .contentType("application/json")
                .body("{}")
                .post("/admin/promotions")
                .then()
                .statusCode(403);
    }

    @Test
    void solvesAProblem() {
        solve("{\"problem\":\"Write 38 in base 7.\",\"model\":\"tiny-gemma-3:number-theory\"}")
                .then()
                .statusCode(200)
                .body("answer", equalTo("53"))
                .body("agreement", equalTo(1.0f))
                .body("solutions", hasSize(1))
                .body("solutions[0].text", endsWith("\\boxed{53}"));
        solve("{\"problem\":\"What is 17+13?\",\"n\":5,\"seed\":3}")
                .then()
                .statusCode(200)
                .body("answer", equalTo("30"))
                .body("solutions", hasSize(5));
        solve("{\"problem\":\" \"}").then().statusCode(400).body("error.param", equalTo("problem"));
        solve("{\"problem\":\"x\",\"n\":0}").then().statusCode(400);
        solve("{\"problem\":\"x\",\"model\":\"none\"}").then().statusCode(404);
    }

    private static Response solve(String body) {
        return given().contentType("application/json").body(body).post("/v1/math/solutions");
    }

    private static JsonPath promotion(String body) {
        Response made =
                given().contentType("application/json").body(body).post("/admin/promotions");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(202);
        finish(made.path("id"));
        String where = made.header("Location");
        JsonPath now;
        do {
            now = given().get(where).jsonPath();
        } while (now.getString("outcome").equals("pending"));
        return now;
    }

    private static String active() {
        return given().get("/admin/active").path("profile");
    }

    private static void refused(String body, int status, String param, String allowed) {
        given().contentType("application/json")
                .body(body)
                .post("/v1/evaluations")
                .then()
                .statusCode(status)
                .body("error.param", equalTo(param))
                .body("error.message", containsString(allowed));
    }

    private static String create(String body) {
        Response made = given().contentType("application/json").body(body).post("/v1/evaluations");
        assertThat(made.statusCode()).as(made.asString()).isEqualTo(202);
        String id = made.path("id");
        assertThat(made.header("Location")).endsWith("/v1/evaluations/" + id);
        return id;
    }

    /// Follows it to its end.
    private static void finish(String id) {
        assertThat(given().get("/v1/evaluations/" + id + "/events").asString())
                .contains("event: end");
        assertThat(status(id)).isEqualTo("completed");
    }

    private static String status(String id) {
        return given().get("/v1/evaluations/" + id).path("status");
    }

    private static String report(String id) {
        return given().get("/v1/evaluations/" + id + "/report").asString();
    }
}
