package dev.stethos.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;

/// With `stethos.log=json` every line of the log is a JSON object: time, level, logger, thread,
/// message, and where there is one the request's id and the failure's stack. From the application's
/// start on; what the framework says before stays text.
@Singleton
public final class JsonLog {
    private static final int BEFORE_ALL_OTHERS = 1;

    private final Config config;

    JsonLog(Config config) {
        this.config = config;
    }

    /// How the log is written.
    @ConfigMapping(prefix = "stethos")
    public interface Config {
        @WithDefault("text")
        Format log();
    }

    /// Kinds of log lines.
    public enum Format {
        TEXT,
        JSON
    }

    void start(@Observes @Priority(BEFORE_ALL_OTHERS) StartupEvent event) {
        if (config.log() == Format.JSON) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                install(handler);
            }
        }
    }

    /// Handlers that only pass on have others below them.
    static void install(Handler handler) {
        Handler[] below = handler instanceof ExtHandler parent ? parent.getHandlers() : null;
        if (below == null || below.length == 0) {
            handler.setFormatter(new Line());
            return;
        }
        for (Handler next : below) {
            install(next);
        }
    }

    /// One record as one line.
    static final class Line extends ExtFormatter {
        private final ObjectMapper json = new ObjectMapper();

        @Override
        public String format(ExtLogRecord logged) {
            Map<String, String> line = new LinkedHashMap<>();
            line.put("time", logged.getInstant().toString());
            line.put("level", logged.getLevel().getName());
            line.put("logger", logged.getLoggerName());
            line.put("thread", logged.getThreadName());
            String request = logged.getMdc(RequestIds.MDC_KEY);
            if (request != null) {
                line.put("request", request);
            }
            line.put("message", logged.getFormattedMessage());
            if (logged.getThrown() != null) {
                StringWriter stack = new StringWriter();
                logged.getThrown().printStackTrace(new PrintWriter(stack, true));
                line.put("stack", stack.toString());
            }
            try {
                return json.writeValueAsString(line) + "\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("texts are not JSON", e);
            }
        }
    }
}
