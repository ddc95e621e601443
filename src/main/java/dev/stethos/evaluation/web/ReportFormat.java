package dev.stethos.evaluation.web;

import dev.stethos.web.ApiException;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a report can be had.
enum ReportFormat {
    JSON(MediaType.APPLICATION_JSON),
    MARKDOWN("text/markdown;charset=UTF-8"),
    HTML("text/html;charset=UTF-8");

    private final String mediaType;

    ReportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /// By name where one is given, else the first in the header that there is; JSON for none.
    static ReportFormat of(@Nullable String format, @Nullable String accept) {
        if (format != null) {
            for (ReportFormat each : values()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(format)) {
                    return each;
                }
            }
            throw ApiException.invalidValue("format", format, "json, markdown or html");
        }
        for (String range : (accept == null ? "" : accept).split(",", -1)) {
            String type = range.replaceFirst(";.*", "").strip();
            for (ReportFormat each : values()) {
                if (each.mediaType.replaceFirst(";.*", "").equals(type)) {
                    return each;
                }
            }
        }
        return JSON;
    }
}
