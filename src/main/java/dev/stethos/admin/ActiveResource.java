package dev.stethos.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.stethos.security.AuditLog;
import dev.stethos.serving.ProfileChange;
import dev.stethos.serving.ProfileControl;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.Serving;
import dev.stethos.web.ApiException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/// `/admin/active`: which revision the served name stands for. Its ETag is the revision; a change
/// may name, as `If-Match`, the one that the caller believes active.
@Path("/admin")
@Tag(name = "Admin")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ActiveResource {
    private static final String BASE = "base";

    private final Serving serving;

    ActiveResource(Serving serving) {
        this.serving = serving;
    }

    /// What to make active.
    ///
    /// @param scale absent for the profile's own
    public record Wanted(@Nullable String profile, @Nullable Double scale) {}

    /// What is active.
    public record Active(String model, String profile, String revision) {}

    public record History(@JsonProperty("changes") List<ProfileChange> changes) {}

    @GET
    @Path("active")
    @Operation(summary = "What the served name stands for")
    public Response active(RoutingContext http) {
        String _ = AdminGate.admit(http);
        return answer(profiles(), null);
    }

    @PUT
    @Path("active")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a profile, or base, what the served name stands for")
    public Response activate(
            @Nullable Wanted wanted,
            @RestHeader("If-Match") @Nullable String ifMatch,
            RoutingContext http) {
        String actor = AdminGate.admit(http);
        if (wanted == null || wanted.profile() == null) {
            throw ApiException.missing("profile");
        }
        if (wanted.profile().equals(BASE) && wanted.scale() != null) {
            throw ApiException.invalidValue("scale", wanted.scale(), "nothing for the base");
        }
        AuditLog.about(
                http,
                wanted.scale() == null
                        ? wanted.profile()
                        : wanted.profile() + "@" + wanted.scale());
        ProfileControl profiles = profiles();
        return answer(
                profiles,
                profiles.activate(wanted.profile(), wanted.scale(), revision(ifMatch), actor));
    }

    @POST
    @Path("active/rollback")
    @Operation(summary = "Go back to what was active before")
    public Response rollback(
            @RestHeader("If-Match") @Nullable String ifMatch, RoutingContext http) {
        String actor = AdminGate.admit(http);
        ProfileControl profiles = profiles();
        return answer(profiles, profiles.rollback(revision(ifMatch), actor));
    }

    @GET
    @Path("history")
    @Operation(summary = "Every change of the active revision that was tried, the newest first")
    public History history(RoutingContext http) {
        String _ = AdminGate.admit(http);
        return new History(profiles().history());
    }

    private ProfileControl profiles() {
        return serving.model().profiles();
    }

    private static Response answer(ProfileControl profiles, @Nullable ProfileChange change) {
        ModelCard card = profiles.active();
        return Response.ok(
                        change == null
                                ? new Active(card.id(), card.profile(), card.revision())
                                : change)
                .header(HttpHeaders.ETAG, '"' + card.revision() + '"')
                .build();
    }

    /// The revision inside an entity tag; null for none or `*`.
    private static @Nullable String revision(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return null;
        }
        String tag = ifMatch.strip();
        if (tag.length() < 2 || tag.charAt(0) != '"' || tag.charAt(tag.length() - 1) != '"') {
            throw ApiException.invalidValue("If-Match", tag, "one revision in double quotes, or *");
        }
        return tag.substring(1, tag.length() - 1);
    }
}
