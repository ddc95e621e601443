package dev.stethos.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// What the machine was doing while something was measured.
///
/// @param loadBefore load average of the last minute when the measurement began, -1 where unknown
/// @param loadAfter the same when it ended
/// @param own share of all cores that this process used meanwhile
/// @param others share that everything else used
public record MachineLoad(
        int cores, double loadBefore, double loadAfter, double own, double others) {

    /// Measures from its creation to [#stop]. The platform's counters are shared by the process:
    /// one watch at a time.
    static final class Watch {
        private final OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        private final double loadBefore = system.getSystemLoadAverage();

        Watch() {
            shares();
        }

        MachineLoad stop() {
            double[] shares = shares();
            return new MachineLoad(
                    system.getAvailableProcessors(),
                    loadBefore,
                    system.getSystemLoadAverage(),
                    shares[0],
                    Math.max(0, shares[1] - shares[0]));
        }

        /// This process's and everyone's share of the CPU since the last call.
        private double[] shares() {
            return new double[] {system.getProcessCpuLoad(), system.getCpuLoad()};
        }
    }
}
