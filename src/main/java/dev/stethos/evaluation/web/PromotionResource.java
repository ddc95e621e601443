package dev.stethos.evaluation.web;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.evaluation.jobs.EvaluationOrder;
import dev.stethos.evaluation.jobs.EvaluationService;
import dev.stethos.evaluation.jobs.Evaluations;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.Promotion;
import dev.stethos.evaluation.jobs.storage.PromotionRule;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.Serving;
import dev.stethos.web.ApiException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// `/admin/promotions`: a profile becomes active when an evaluation against the active revision
/// says that it may, and only then.
@Path("/admin/promotions")
@Tag(name = "Admin")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PromotionResource {
    private final Evaluations evaluations;
    private final Serving serving;

    PromotionResource(Evaluations evaluations, Serving serving) {
        this.evaluations = evaluations;
        this.serving = serving;
    }

    /// The body; what is absent of the rule is as in [PromotionRule#DEFAULT].
    ///
    /// @param candidate a profile's name
    /// @param alsoSuites further suites in which no subject may be degraded either; absent for none
    /// @param subjects absent for all
    /// @param limit items of each subject; absent for all
    /// @param controlDocuments documents of control text; absent for all
    record Wanted(
            @Nullable String candidate,
            @Nullable String suite,
            @Nullable List<String> alsoSuites,
            @Nullable Rule rule,
            @Nullable List<String> subjects,
            @Nullable Integer limit,
            @Nullable Integer controlDocuments,
            @JsonAnySetter @Nullable Map<String, JsonNode> others) {
        Wanted {
            EvaluationRequest.refuse(
                    others,
                    "candidate, suite, alsoSuites, rule, subjects, limit, controlDocuments");
        }
    }

    record Rule(
            @Nullable Integer improved,
            @Nullable Integer degraded,
            @Nullable Double controlMargin,
            @JsonAnySetter @Nullable Map<String, JsonNode> others) {
        Rule {
            EvaluationRequest.refuse(others, "improved, degraded, controlMargin");
        }

        static PromotionRule of(@Nullable Rule rule) {
            PromotionRule absent = PromotionRule.DEFAULT;
            return rule == null
                    ? absent
                    : new PromotionRule(
                            rule.improved == null ? absent.improved() : rule.improved,
                            rule.degraded == null ? absent.degraded() : rule.degraded,
                            rule.controlMargin == null
                                    ? absent.controlMargin()
                                    : rule.controlMargin);
        }
    }

    /// A promotion as clients see it.
    ///
    /// @param id of its evaluation too
    /// @param reasons why it was refused, naming the subjects that stopped it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PromotionView(
            String id,
            EvaluationStatus status,
            @Nullable String error,
            Promotion.Outcome outcome,
            List<String> reasons,
            String baseline,
            String candidate,
            PromotionRule rule,
            String actor,
            String evaluation) {

        static PromotionView of(StoredEvaluation evaluation, Promotion promotion) {
            return new PromotionView(
                    evaluation.id(),
                    evaluation.status(),
                    evaluation.error(),
                    promotion.outcome(),
                    promotion.reasons(),
                    evaluation.definition().baseline().profile(),
                    evaluation.definition().candidate().profile(),
                    promotion.rule(),
                    promotion.actor(),
                    "/v1/evaluations/" + evaluation.id());
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Evaluate a profile against the active one; make it active if a rule holds")
    public Response promote(@Nullable Wanted body, @Context SecurityContext caller) {
        Wanted wanted = EvaluationRequest.required("body", body);
        String candidate = EvaluationRequest.required("candidate", wanted.candidate());
        String suite = EvaluationRequest.required("suite", wanted.suite());
        PromotionRule rule = EvaluationResource.allowed(() -> Rule.of(wanted.rule()));
        ServedModel served = serving.model();
        served.profiles().load(candidate, null);
        EvaluationService service = evaluations.service();
        Promotion promotion =
                new Promotion(
                        rule,
                        caller.getUserPrincipal().getName(),
                        service.gateway(),
                        Promotion.Outcome.PENDING,
                        List.of());
        EvaluationOrder order =
                new EvaluationOrder(
                        suite,
                        wanted.alsoSuites() == null ? List.of() : wanted.alsoSuites(),
                        served.name(),
                        served.name() + ":" + candidate,
                        wanted.subjects() == null ? List.of() : wanted.subjects(),
                        wanted.limit(),
                        wanted.controlDocuments(),
                        1,
                        0,
                        0,
                        false);
        StoredEvaluation made = EvaluationResource.allowed(() -> service.create(order, promotion));
        return Response.accepted(PromotionView.of(made, promotion))
                .location(URI.create("/admin/promotions/" + made.id()))
                .build();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "What became of a promotion")
    public PromotionView get(@PathParam("id") String id) {
        EvaluationService service = evaluations.service();
        return service.find(id)
                .flatMap(found ->
                        service.promotion(id).map(promotion -> PromotionView.of(found, promotion)))
                .orElseThrow(() ->
                        new ApiException(
                                404,
                                "id",
                                "promotion_not_found",
                                "promotion '%s': there is none"
                                        .formatted(
                                                id.length() <= 100
                                                        ? id
                                                        : id.substring(0, 100) + "...")));
    }
}
