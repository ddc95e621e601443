/// Follows one desired profile for all pods, kept in a Kubernetes ConfigMap: watched, verified,
/// applied one pod at a time, reported back. Start at [FleetFollower]. It knows nothing about HTTP
/// bodies, and without `stethos.fleet.enabled` it does nothing.
@NullMarked
package dev.stethos.fleet;

import org.jspecify.annotations.NullMarked;
