package dev.stethos.evaluation.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.evaluation.SampledItem;
import dev.stethos.evaluation.jobs.EvaluationOrder;
import dev.stethos.evaluation.jobs.EvaluationService;
import dev.stethos.evaluation.jobs.Evaluations;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.evaluation.report.EvaluationReport;
import dev.stethos.evaluation.report.HtmlReport;
import dev.stethos.evaluation.report.MarkdownReport;
import dev.stethos.web.ApiException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// `/v1/evaluations`: paired comparisons of two model ids, made, followed and read.
@Path("/v1/evaluations")
@Tag(name = "Evaluations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class EvaluationResource {
    private static final int MOST_LISTED = 1000;

    private final Evaluations evaluations;
    private final ObjectMapper json;

    EvaluationResource(Evaluations evaluations, ObjectMapper json) {
        this.evaluations = evaluations;
        this.json = json;
    }

    record EvaluationList(String object, List<EvaluationView> data) {}

    /// @param next where the next page begins; absent at the end
    record ItemPage(String object, int total, List<SampledItem> data, @Nullable Integer next) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Compare two model ids on a suite; 202 and where to follow it")
    public Response create(@Nullable EvaluationRequest body) {
        EvaluationOrder order = EvaluationRequest.required("body", body).order();
        StoredEvaluation made = allowed(() -> evaluations.service().create(order, null));
        return Response.accepted(EvaluationView.of(made))
                .location(URI.create("/v1/evaluations/" + made.id()))
                .build();
    }

    @GET
    @Operation(summary = "Evaluations, the newest first")
    public EvaluationList list(@RestQuery @DefaultValue("20") int limit) {
        requireRange("limit", limit, 1, MOST_LISTED);
        return new EvaluationList(
                "list",
                evaluations.service().list(limit).stream().map(EvaluationView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One evaluation: what it is and where it stands")
    public EvaluationView get(@PathParam("id") String id) {
        return EvaluationView.of(find(id));
    }

    @POST
    @Path("{id}/cancel")
    @Operation(summary = "End an evaluation before its time; what it found stays")
    public EvaluationView cancel(@PathParam("id") String id) {
        StoredEvaluation before = find(id);
        if (!evaluations.service().cancel(id) && before.status() != EvaluationStatus.CANCELLED) {
            throw new ApiException(
                    409,
                    null,
                    "evaluation_ended",
                    "evaluation %s: it is %s, allowed are open ones"
                            .formatted(id, find(id).status().word()));
        }
        return EvaluationView.of(find(id));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "End and forget an evaluation")
    public Response delete(@PathParam("id") String id) {
        if (!evaluations.service().delete(id)) {
            throw unknown(id);
        }
        return Response.noContent().build();
    }

    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "Progress with running estimates, as server-sent events")
    public Response events(@PathParam("id") String id, RoutingContext http) {
        EvaluationService service = evaluations.service();
        StoredEvaluation _ = find(id);
        return Response.ok(
                        new ProgressEvents(
                                () -> service.progress(find(id)),
                                json,
                                () -> http.response().closed()),
                        MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    @GET
    @Path("{id}/items")
    @Operation(summary = "Items with every arm's answers, as far as there are any")
    public ItemPage items(
            @PathParam("id") String id,
            @RestQuery @DefaultValue("0") int from,
            @RestQuery @DefaultValue("50") int limit) {
        StoredEvaluation evaluation = find(id);
        requireRange("from", from, 0, Integer.MAX_VALUE);
        requireRange("limit", limit, 1, MOST_LISTED);
        int to = (int) Math.min((long) from + limit, evaluation.items());
        return new ItemPage(
                "list",
                evaluation.items(),
                evaluations.service().items(evaluation, from, to),
                to < evaluation.items() ? to : null);
    }

    @GET
    @Path("{id}/report")
    @Produces({MediaType.APPLICATION_JSON, "text/markdown", MediaType.TEXT_HTML})
    @Operation(summary = "The report as JSON, Markdown or HTML, by Accept or ?format=")
    public Response report(
            @PathParam("id") String id,
            @RestQuery @Nullable String format,
            @RestHeader("Accept") @Nullable String accept)
            throws JsonProcessingException {
        StoredEvaluation evaluation = find(id);
        ReportFormat wanted = ReportFormat.of(format, accept);
        if (evaluation.status() != EvaluationStatus.COMPLETED) {
            throw new ApiException(
                    409,
                    null,
                    "evaluation_not_completed",
                    "evaluation %s: it is %s, its report is made when it is completed"
                            .formatted(id, evaluation.status().word()));
        }
        EvaluationReport report = evaluations.service().report(evaluation);
        String text =
                switch (wanted) {
                    case JSON -> json.writeValueAsString(report);
                    case MARKDOWN -> MarkdownReport.of(report);
                    case HTML -> HtmlReport.of(report);
                };
        return Response.ok(text, wanted.mediaType()).header(HttpHeaders.VARY, "Accept").build();
    }

    private StoredEvaluation find(String id) {
        return evaluations.service().find(id).orElseThrow(() -> unknown(id));
    }

    private static ApiException unknown(String id) {
        return new ApiException(
                404,
                "id",
                "evaluation_not_found",
                "evaluation '%s': there is none; /v1/evaluations lists those there are"
                        .formatted(id.length() <= 100 ? id : id.substring(0, 100) + "..."));
    }

    /// Turns what a record refused into a refused field.
    static <T> T allowed(Supplier<T> making) {
        try {
            return making.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new ApiException(400, message.replaceFirst(":.*", ""), "invalid_value", message);
        }
    }

    private static void requireRange(String field, int given, int least, int most) {
        if (given < least || given > most) {
            throw ApiException.invalidValue(field, given, "%d to %d".formatted(least, most));
        }
    }
}
