package dev.stethos.admin;

import dev.stethos.admin.MultipartBody.Part;
import dev.stethos.edit.intake.IncomingProfile;
import dev.stethos.security.AuditLog;
import dev.stethos.serving.ProfileControl;
import dev.stethos.serving.ProfileStatus;
import dev.stethos.serving.Serving;
import dev.stethos.serving.StoredProfiles;
import dev.stethos.serving.StoredProfiles.Accepted;
import dev.stethos.web.ApiException;
import dev.stethos.weights.InvalidWeightsException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `/admin/profiles`: the store's profiles and those in memory.
@Path("/admin/profiles")
@Tag(name = "Admin")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ProfileResource {
    private final Serving serving;
    private final long maxUpload;

    ProfileResource(Serving serving, AdminConfig config) {
        this.serving = serving;
        this.maxUpload = config.maxUpload().asLongValue();
    }

    public record Profiles(List<ProfileStatus> profiles) {}

    /// What a dry run or an upload gave.
    public record Verified(String profile, String revision) {}

    @GET
    @Operation(summary = "Every profile: active, resident, stored, or refused and why")
    public Profiles list(RoutingContext http) {
        String _ = AdminGate.admit(http);
        return new Profiles(profiles().profiles());
    }

    /// Takes in the files of one profile, each as a part of that name, in any order.
    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary =
                    "Put a profile into the store: multipart/form-data with the parts profile.yaml, deltas.safetensors and, when it is signed, profile.sig")
    public Response upload(
            InputStream body,
            @RestHeader(HttpHeaders.CONTENT_TYPE) @Nullable String type,
            @RestHeader(HttpHeaders.CONTENT_ENCODING) @Nullable String encoding,
            RoutingContext http) {
        String actor = AdminGate.admit(http);
        requireFilesAsTheyAre(type, encoding);
        MultipartBody parts = MultipartBody.of(type, body, maxUpload);
        StoredProfiles store = serving.model().store();
        try (IncomingProfile incoming = store.receive()) {
            for (Part part = parts.next(); part != null; part = parts.next()) {
                if (part.name().indexOf('.') < 0) {
                    throw noSource(part.name());
                }
                incoming.receive(part.name(), part.content());
            }
            Accepted accepted = store.accept(incoming, actor);
            AuditLog.about(http, accepted.profile());
            return Response.status(accepted.isNew() ? 201 : 200)
                    .entity(new Verified(accepted.profile(), accepted.revision()))
                    .build();
        } catch (IOException e) {
            throw new ApiException(
                    400, null, "body_broke_off", "body: it broke off before its end");
        }
    }

    /// What a compressed body would be is not known before it is unpacked, so it is taken as too
    /// large; a body of fields could only name a place to fetch a profile from.
    private void requireFilesAsTheyAre(@Nullable String type, @Nullable String encoding) {
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw new ApiException(
                    413,
                    null,
                    "body_too_large",
                    "header Content-Encoding: a compressed body was given, nothing is unpacked here; allowed are up to %d bytes as they are"
                            .formatted(maxUpload));
        }
        String given = type == null ? "" : type.toLowerCase(Locale.ROOT);
        if (given.startsWith("application/json")
                || given.startsWith("application/x-www-form-urlencoded")) {
            throw noSource("body");
        }
    }

    private static ApiException noSource(String param) {
        return ApiException.unsupported(
                InvalidWeightsException.shown(param),
                "nothing is fetched; a profile is sent as multipart/form-data with the files profile.yaml, deltas.safetensors and profile.sig");
    }

    @DELETE
    @Path("{name}")
    @Operation(summary = "Remove a profile that nobody uses from the store and from memory")
    public Profiles delete(@PathParam("name") String name, RoutingContext http) {
        serving.model().store().delete(name, AdminGate.admit(http));
        return new Profiles(profiles().profiles());
    }

    @POST
    @Path("{name}/load")
    @Operation(summary = "Bring a profile into memory; it answers under <served>:<profile>")
    public Profiles load(
            @PathParam("name") String name,
            @RestQuery @Nullable Double scale,
            RoutingContext http) {
        String _ = AdminGate.admit(http);
        profiles().load(name, scale);
        return new Profiles(profiles().profiles());
    }

    @POST
    @Path("{name}/unload")
    @Operation(summary = "Let a profile go when the requests that use it have ended")
    public Profiles unload(@PathParam("name") String name, RoutingContext http) {
        String _ = AdminGate.admit(http);
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
        String _ = AdminGate.admit(http);
        return new Verified(name, serving.model().store().verify(name, scale));
    }

    private ProfileControl profiles() {
        return serving.model().profiles();
    }
}
