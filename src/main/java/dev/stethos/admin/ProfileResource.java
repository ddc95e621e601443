package dev.stethos.admin;

import dev.stethos.serving.ProfileControl;
import dev.stethos.serving.ProfileStatus;
import dev.stethos.serving.Serving;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `/admin/profiles`: the store's profiles and those in memory.
@Path("/admin/profiles")
@Tag(name = "Admin")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ProfileResource {
    private final Serving serving;
    private final AdminGate gate;

    ProfileResource(Serving serving, AdminGate gate) {
        this.serving = serving;
        this.gate = gate;
    }

    public record Profiles(List<ProfileStatus> profiles) {}

    /// What a dry run gave.
    public record Verified(String profile, String revision) {}

    @GET
    @Operation(summary = "Every profile: active, resident, stored, or refused and why")
    public Profiles list(RoutingContext http) {
        String _ = gate.admit(http.request());
        return new Profiles(profiles().profiles());
    }

    @POST
    @Path("{name}/load")
    @Operation(summary = "Bring a profile into memory; it answers under <served>:<profile>")
    public Profiles load(
            @PathParam("name") String name,
            @RestQuery @Nullable Double scale,
            RoutingContext http) {
        String _ = gate.admit(http.request());
        profiles().load(name, scale);
        return new Profiles(profiles().profiles());
    }

    @POST
    @Path("{name}/unload")
    @Operation(summary = "Let a profile go when the requests that use it have ended")
    public Profiles unload(@PathParam("name") String name, RoutingContext http) {
        String _ = gate.admit(http.request());
        profiles().unload(name);
        return new Profiles(profiles().profiles());
    }

    @POST
    @Path("{name}/verify")
    @Operation(summary = "Do everything that loading does, and keep nothing")
    public Verified verify(
            @PathParam("name") String name,
            @RestQuery @Nullable Double scale,
            RoutingContext http) {
        String _ = gate.admit(http.request());
        return new Verified(name, profiles().verify(name, scale));
    }

    private ProfileControl profiles() {
        return serving.model().profiles();
    }
}
