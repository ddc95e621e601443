package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The fleet's meters have the names that alerts and dashboard ask for.
class FleetMetricsTest {
    @Test
    void alertsAndDashboardAskForNamesThatExist() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FleetMetrics metrics = new FleetMetrics(registry);
        metrics.states(() -> true, () -> false);
        Set<String> exported = new TreeSet<>();
        for (Meter meter : registry.getMeters()) {
            String name =
                    NamingConvention.snakeCase.name(
                            meter.getId().getName(), meter.getId().getType());
            exported.add(meter.getId().getType() == Meter.Type.COUNTER ? name + "_total" : name);
        }
        Set<String> asked = new TreeSet<>();
        for (String file : new String[] {"rules.yaml", "dashboard.json"}) {
            Matcher name =
                    Pattern.compile("stethos_fleet_[a-z_]+")
                            .matcher(Files.readString(Path.of("k8s/components/monitoring", file)));
            while (name.find()) {
                asked.add(name.group());
            }
        }
        assertThat(asked).hasSizeGreaterThanOrEqualTo(3);
        assertThat(exported).containsAll(asked);
    }
}
