package dev.stethos.lab.diagnosis;

import dev.stethos.gemma.Revision;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import java.util.Arrays;
import java.util.List;

/// The mean loss of worked solutions, in nats per token: of what stands in a chat's last turn. What
/// an edit takes off it is a measure of a layer that needs no autoencoder.
public final class SolutionLoss {
    private static final String TURN = "<start_of_turn>";

    private final ActivationCollector collector;
    private final List<Document> solutions;

    /// Of chats of a problem and its solution; other documents count whole.
    public SolutionLoss(
            ActivationCollector collector, List<Document> documents, GemmaTokenizer tokenizer) {
        this.collector = collector;
        solutions = documents.stream().map(document -> lastTurn(document, tokenizer)).toList();
    }

    private static Document lastTurn(Document document, GemmaTokenizer tokenizer) {
        int begin = 0;
        for (int i = 0; i < document.tokens().length; i++) {
            int token = document.tokens()[i];
            if (tokenizer.isControl(token) && tokenizer.spelling(token).equals(TURN)) {
                begin = i;
            }
        }
        int from = begin;
        return new Document(
                document.id(),
                document.tokens(),
                Arrays.stream(document.kept()).filter(at -> at >= from).toArray());
    }

    public double of(Revision revision) {
        double sum = 0;
        long tokens = 0;
        for (float[] losses : collector.losses(revision, solutions)) {
            for (float loss : losses) {
                sum += loss;
                tokens++;
            }
        }
        return sum / tokens;
    }
}
