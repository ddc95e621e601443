package dev.stethos.openai;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.Serving;
import dev.stethos.serving.UnknownModelException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/// `GET /v1/models` and `/v1/models/{id}`: the model ids that completions accept, and the revision
/// that each stands for now.
@Path("/v1/models")
@Tag(name = "OpenAI")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ModelResource {
    private final Serving serving;

    ModelResource(Serving serving) {
        this.serving = serving;
    }

    /// OpenAI's model object, with the edit profile and the revision added.
    @JsonNaming(SnakeCaseStrategy.class)
    public record Model(
            String id,
            String object,
            long created,
            String ownedBy,
            String profile,
            String revision) {
        static Model of(ModelCard card) {
            return new Model(
                    card.id(), "model", card.created(), "stethos", card.profile(), card.revision());
        }
    }

    public record ModelList(String object, List<Model> data) {}

    @GET
    @Operation(summary = "Every model id that this server answers to")
    public ModelList list() {
        return new ModelList("list", serving.model().models().stream().map(Model::of).toList());
    }

    @GET
    @Path("{id: .+}")
    @Operation(summary = "One model id and the revision it stands for")
    public RestResponse<Model> get(@PathParam("id") String id) {
        List<ModelCard> cards = serving.model().models();
        return cards.stream()
                .filter(card -> card.id().equals(id))
                .findFirst()
                .map(card ->
                        RestResponse.ResponseBuilder.ok(Model.of(card))
                                .header(AnswerHead.REVISION_HEADER, card.revision())
                                .build())
                .orElseThrow(() -> new UnknownModelException(unknown(id, cards)));
    }

    static String unknown(String id, List<ModelCard> cards) {
        return "model: '%s' was given, allowed is %s"
                .formatted(
                        id.length() <= 100 ? id : id.substring(0, 100) + "...",
                        String.join(", ", cards.stream().map(ModelCard::id).toList()));
    }
}
