package dev.stethos.operate;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Alerts, dashboard and scaler ask for metrics that a running server exports.
@QuarkusTest
class MetricNamesIT {
    private static final Pattern NAME =
            Pattern.compile("\\b(?:stethos|http_server|jvm|process|vllm)[a-z_:]*_[a-z_]+\\b");
    private static final Set<String> LABELS = Set.of("stethos_dev_track");

    @TestHTTPResource("/")
    URI api = URI.create("/");

    @TestHTTPResource(value = "/", management = true)
    URI management = URI.create("/");

    @Test
    void everyMetricThatIsAskedForExists() throws Exception {
        given().baseUri(api.toString())
                .contentType("application/json")
                .body("{\"model\":\"tiny-gemma-3\",\"prompt\":\"2+3=\",\"max_tokens\":4}")
                .post("v1/completions")
                .then()
                .statusCode(200);
        String exported = given().baseUri(management.toString()).get("metrics").asString();
        Set<String> names = new TreeSet<>();
        for (String line : exported.split("\n", -1)) {
            if (!line.startsWith("#")) {
                names.add(line.replaceFirst("[{ ].*", ""));
            }
        }
        Set<String> asked = asked();
        assertThat(asked).hasSizeGreaterThan(15);
        asked.removeIf(name -> name.startsWith("stethos_fleet_"));
        assertThat(names).containsAll(asked);
    }

    private static Set<String> asked() throws Exception {
        List<String> queries = new ArrayList<>();
        for (ObjectNode document : Kustomization.render(Path.of("k8s/overlays/gpu"))) {
            document.at("/spec/groups")
                    .findValues("expr")
                    .forEach(query -> queries.add(query.asText()));
            document.at("/spec/triggers")
                    .findValues("query")
                    .forEach(query -> queries.add(query.asText()));
        }
        JsonNode dashboard =
                new ObjectMapper()
                        .readTree(
                                Files.readString(
                                        Path.of("k8s/components/monitoring/dashboard.json")));
        dashboard.findValues("expr").forEach(query -> queries.add(query.asText()));
        Set<String> names = new TreeSet<>();
        for (String query : queries) {
            Matcher name = NAME.matcher(query);
            while (name.find()) {
                names.add(name.group());
            }
        }
        names.removeAll(LABELS);
        return names;
    }
}
