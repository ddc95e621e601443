package dev.stethos.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.SimpleFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class JsonLogTest {
    private final JsonLog.Line lines = new JsonLog.Line();

    private JsonNode line(ExtLogRecord logged) throws IOException {
        String line = lines.format(logged);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        return new ObjectMapper().readTree(line);
    }

    private static ExtLogRecord logged(String message) {
        ExtLogRecord logged =
                new ExtLogRecord(
                        Level.ERROR, message, ExtLogRecord.FormatStyle.PRINTF, "JsonLogTest");
        logged.setLoggerName("dev.stethos.x");
        logged.setInstant(Instant.ofEpochMilli(1_800_000_000_123L));
        return logged;
    }

    @Test
    void aRecordIsOneLineWhateverItSays() throws IOException {
        ExtLogRecord logged = logged("a \"%s\"");
        logged.setParameters(new Object[] {"b\r\n{\"forged\":1}"});
        logged.putMdc(RequestIds.MDC_KEY, "a1");
        JsonNode line = line(logged);
        assertThat(line.get("time").asText()).isEqualTo("2027-01-15T08:00:00.123Z");
        assertThat(line.get("level").asText()).isEqualTo("ERROR");
        assertThat(line.get("logger").asText()).isEqualTo("dev.stethos.x");
        assertThat(line.get("message").asText()).isEqualTo("a \"b\r\n{\"forged\":1}\"");
        assertThat(line.get("request").asText()).isEqualTo("a1");
        assertThat(line.has("stack")).isFalse();
    }

    @Test
    void aFailureHasItsStack() throws IOException {
        ExtLogRecord logged = logged("failed");
        logged.setThrown(new IllegalStateException("why"));
        JsonNode line = line(logged);
        assertThat(line.get("stack").asText())
                .startsWith("java.lang.IllegalStateException: why")
                .contains("\tat dev.stethos.web.JsonLogTest");
        assertThat(line.has("request")).isFalse();
    }

    @Test
    void handlersThatPassOnKeepTheirs() {
        Handler end = new End();
        ExtHandler outer = new End();
        outer.addHandler(end);
        outer.setFormatter(new SimpleFormatter());
        JsonLog.install(outer);
        assertThat(end.getFormatter()).isInstanceOf(JsonLog.Line.class);
        assertThat(outer.getFormatter()).isInstanceOf(SimpleFormatter.class);
    }

    /// Drops what it is given.
    private static final class End extends ExtHandler {}
}
