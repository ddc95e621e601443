package dev.stethos.web;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Keeps paths that clients make up out of the metrics: a request that is refused before it has an
/// endpoint has its status as its path.
@Singleton
final class RequestLabels {
    private static final String REQUESTS = "http.server.requests";
    private static final String STATUS = "status";
    private static final String PATH = "uri";
    private static final Set<String> WITHOUT_ENDPOINT = Set.of("400", "401", "403", "404", "405");

    @Produces
    @Singleton
    MeterFilter pathsOfEndpointsOnly() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals(REQUESTS) ? bounded(id) : id;
            }
        };
    }

    /// With the status in place of the path.
    static Meter.Id bounded(Meter.Id id) {
        String path = id.getTag(PATH);
        String status = id.getTag(STATUS);
        if (path == null || status == null || !WITHOUT_ENDPOINT.contains(status)) {
            return id;
        }
        List<Tag> tags = new ArrayList<>();
        for (Tag tag : id.getTagsAsIterable()) {
            tags.add(tag.getKey().equals(PATH) ? Tag.of(PATH, status) : tag);
        }
        return id.replaceTags(tags);
    }
}
